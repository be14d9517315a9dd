// SPDX-License-Identifier: Apache-2.0
// Trainings that end early: by their own fault with a reason, by patience, by the caller.
#include <catch2/catch.hpp>
#include <limits>

#include "base/error.hpp"
#include "engine/engine.hpp"
#include "models.hpp"
#include "tested_engine.hpp"

namespace {

using namespace nac::fw;
using Catch::Matchers::Contains;
using test::Builder;
using test::random_tensor;

struct Problem {
  Builder model;
  Samples samples;
  TrainJob job;

  /// Squared error of y = w x on 40 samples of noise.
  Problem() {
    const ValueId y = model.linear("fc", model.input("x", {3}), 2);
    model.graph.add_output("y", y);
    job.loss = model.squared_error(y);
    initialize(model.graph, 1);
    samples.inputs = {random_tensor({40, 3}, 1)};
    samples.targets = {random_tensor({40, 2}, 2)};
    job.graph = &model.graph;
    job.device = "cpu";
    job.recipe.epochs = 10;
    job.recipe.batch_size = 8;
    job.recipe.optimizer = Optimizer::sgd;
    job.recipe.learning_rate = 0.05;
    job.validation = std::make_shared<Samples>(samples);
  }
  TrainResult train() {
    job.train_samples = [all = std::make_shared<Samples>(samples)](int) { return all; };
    return test::tested_engine().train(job);
  }
};

bool has_denormals() {
  volatile float small = 1e-40F;
  return small * 0.5F != 0;
}

}  // namespace

TEST_CASE("a NaN in the data ends a training with epoch and batch") {
  Problem p;
  for (int64_t i = 0; i < 80; ++i)
    p.samples.targets[0].mutable_data<float>()[i] = std::numeric_limits<float>::quiet_NaN();
  const TrainResult r = p.train();
  CHECK(r.status == TrainStatus::diverged);
  CHECK(r.reason == "loss is not finite in epoch 1, batch 1 of 5");
  CHECK(r.best_epoch == 0);
  CHECK(r.weights.empty());
}

TEST_CASE("a divergence keeps the best epoch before it") {
  Problem p;
  p.job.on_epoch = [&](const Epoch &) { return true; };
  p.job.recipe.learning_rate = 30;
  p.job.recipe.epochs = 200;
  const TrainResult r = p.train();
  CHECK(r.status == TrainStatus::diverged);
  CHECK_THAT(r.reason, Contains("not finite"));
  CHECK(r.best_epoch >= 1);
  CHECK(r.best_epoch < 200);
  CHECK(r.weights.size() == 2);
}

TEST_CASE("memory that no machine has ends a training, not the program") {
  Problem p;
  // [N, 2^20, 1] * [1, 2^20] for 32 samples is 2^47 bytes, more than an address space.
  const int64_t many = int64_t{1} << 20;
  Builder b;
  const ValueId x = b.input("x", {1, 1});
  const ValueId column = b.node("Mul", {x, b.parameter("a", {many, 1})});
  const ValueId wide = b.node("Mul", {column, b.parameter("b", {1, many})});
  const ValueId y = b.node("ReduceMean", {wide}, {{"axes", std::vector<int64_t>{1, 2}}, {"keepdims", int64_t{0}}});
  b.graph.add_output("y", y);
  p.job.loss = b.squared_error(y);
  initialize(b.graph, 1);
  p.job.graph = &b.graph;
  p.job.recipe.batch_size = 32;
  p.samples.inputs = {random_tensor({32, 1, 1}, 1)};
  p.samples.targets = {random_tensor({32}, 2)};
  p.job.validation = nullptr;
  if (!test::torch_is_tested()) {  // it plans no value as large, so that the choice of engine falls on LibTorch
    CHECK_THROWS_WITH(p.train(), Contains("more than 2^31 elements a sample"));
    return;
  }
  const TrainResult r = p.train();
  CHECK(r.status == TrainStatus::out_of_memory);
  CHECK_THAT(r.reason, Contains("out of memory on cpu in epoch 1"));
  CHECK(Problem().train().status == TrainStatus::finished);
}

TEST_CASE("patience counts from the best epoch, and its weights come back") {
  Problem p;
  p.job.recipe.epochs = 60;
  p.job.recipe.patience = 3;
  p.job.recipe.learning_rate = 0.6;  // jumps about
  const TrainResult r = p.train();
  REQUIRE(r.status == TrainStatus::finished);
  REQUIRE(r.epochs < 60);
  CHECK(r.epochs == r.best_epoch + 3);
  CHECK_THAT(r.reason, Contains("no better epoch than " + std::to_string(r.best_epoch)));
  for (const Epoch &e : r.history) CHECK(e.validation_loss >= r.best_loss);
  CHECK(r.history.at(static_cast<std::size_t>(r.best_epoch - 1)).validation_loss == r.best_loss);

  Graph trained = p.model.graph;
  for (const auto &[name, weight] : r.weights) trained.set_data(trained.find(name), weight);
  const std::vector<Tensor> y = test::tested_engine().forward(trained, p.samples.inputs, 40, "cpu");
  double loss = 0;
  for (int64_t i = 0; i < 80; ++i) {
    const double d = y.at(0).data<float>()[i] - p.samples.targets[0].data<float>()[i];
    loss += d * d / 80;
  }
  CHECK(loss == Approx(r.best_loss).epsilon(1e-5));
}

TEST_CASE("patience and best epoch can follow the first metric") {
  Problem p;
  p.job.recipe.monitor_metric = true;
  p.job.recipe.patience = 2;
  const std::vector<double> script{0.1, 0.5, 0.4, 0.3, 0.9};
  std::size_t call = 0;
  p.job.metrics = [&](const std::vector<Tensor> &) { return std::vector<double>{script.at(call++), -1.0}; };
  p.job.metric_direction = 1;
  TrainResult r = p.train();
  CHECK(r.epochs == 4);
  CHECK(r.best_epoch == 2);
  CHECK(r.metrics == std::vector<double>{0.5, -1.0});
  call = 0;
  p.job.metric_direction = -1;
  r = p.train();
  CHECK(r.epochs == 3);
  CHECK(r.best_epoch == 1);
}

TEST_CASE("the caller stops a training after an epoch") {
  Problem p;
  p.job.on_epoch = [](const Epoch &e) { return e.epoch < 3; };
  const TrainResult r = p.train();
  CHECK(r.status == TrainStatus::stopped);
  CHECK(r.epochs == 3);
  CHECK_FALSE(r.weights.empty());
}

TEST_CASE("the caller cancels a training before a batch") {
  Problem p;
  int batches = 0, epochs = 0;
  p.job.on_epoch = [&](const Epoch &) { return ++epochs > 0; };
  p.job.cancelled = [&] { return ++batches == 1; };
  TrainResult r = p.train();
  CHECK(r.status == TrainStatus::stopped);
  CHECK_THAT(r.reason, Contains("cancelled in epoch 1"));
  CHECK(epochs == 0);
  CHECK(batches == 1);
  p.job.cancelled = [&] { return ++batches > 1 && epochs == 2; };
  r = p.train();
  CHECK(r.status == TrainStatus::stopped);
  CHECK(r.epochs == 2);
}

TEST_CASE("denormal numbers exist for callbacks and after the call") {
  REQUIRE(has_denormals());
  Problem p;
  bool in_epoch = false, in_metrics = false;
  p.job.on_epoch = [&](const Epoch &) { return in_epoch = has_denormals(); };
  p.job.metrics = [&](const std::vector<Tensor> &) {
    in_metrics = has_denormals();
    return std::vector<double>{0};
  };
  p.train();
  CHECK(in_epoch);
  CHECK(in_metrics);
  CHECK(has_denormals());
}

TEST_CASE("misuse throws and says what is accepted") {
  Problem p;
  p.samples.inputs = {random_tensor({40, 4}, 1)};
  CHECK_THROWS_WITH(p.train(), Contains("'x'") && Contains("training samples"));
  p.samples.inputs = {random_tensor({39, 3}, 1)};
  CHECK_THROWS_WITH(p.train(), Contains("rows"));
  p.samples = *p.job.validation;
  p.job.device = "gpu7";
  CHECK_THROWS_WITH(p.train(), Contains("device = 'gpu7'") && Contains("accepted: auto, cpu"));
  p.job.device = "cpu";
  p.job.recipe.learning_rate = -1;
  CHECK_THROWS_WITH(p.train(), Contains("learning_rate = -1; accepted: numbers above 0"));
  p.job.recipe.learning_rate = 0.1;
  p.job.recipe.monitor_metric = true;
  CHECK_THROWS_WITH(p.train(), Contains("monitor_metric"));
  p.job.recipe.monitor_metric = false;
  p.model.graph.clear_data(p.model.graph.find("fc.weight"));
  CHECK_THROWS_WITH(p.train(), Contains("'fc.weight' has no start values"));
}

TEST_CASE("a label that is no class is an error, not a wrong loss") {
  Builder b;
  TrainJob job;
  job.loss = b.cross_entropy(test::small_deep_set(b));
  initialize(b.graph, 1);
  Samples samples;
  samples.inputs = {random_tensor({8, 6, 3}, 1)};
  samples.targets = {test::random_labels(8, 4, 2)};
  job.graph = &b.graph;
  job.device = "cpu";
  for (const int64_t wrong : {4, -1, -100}) {
    samples.targets[0].mutable_data<int64_t>()[3] = wrong;
    job.train_samples = [all = std::make_shared<Samples>(samples)](int) { return all; };
    CHECK_THROWS_WITH(test::tested_engine().train(job),
                      Contains("SoftmaxCrossEntropyLoss") && Contains(" " + std::to_string(wrong)));
  }
}

// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>

#include "engine/engine.hpp"
#include "fixed/fold.hpp"
#include "integers.hpp"
#include "tested_engine.hpp"

namespace {

using namespace nac::fw;

/// Classes by the signs of two sums over a set.
std::shared_ptr<Samples> samples(int64_t count, uint64_t key) {
  auto s = std::make_shared<Samples>();
  s->inputs = {test::random_tensor({count, 8, 3}, key, 0.7)};
  Tensor labels(DType::i64, {count});
  for (int64_t i = 0; i < count; ++i) {
    double a = 0, b = 0;
    for (int64_t k = 0; k < 8; ++k) {
      const float *p = s->inputs[0].data<float>() + (i * 8 + k) * 3;
      a += static_cast<double>(p[0]);
      b += static_cast<double>(p[1]);
    }
    labels.mutable_data<int64_t>()[i] = (a > 0 ? 1 : 0) + (b > 0 ? 2 : 0);
  }
  s->targets = {labels};
  return s;
}

struct Setup {
  test::QuantBuilder model;
  TrainJob job;

  explicit Setup(const test::Bits &bits, int epochs = 10) : model(bits) {
    job.graph = &model.graph;
    job.loss = model.cross_entropy(test::quantized_set(model));
    test::initialize_quantized(model, 6);
    job.recipe.epochs = epochs;
    job.recipe.batch_size = 64;
    job.recipe.learning_rate = 5e-3;
    job.recipe.weight_decay = 0.01;
    job.recipe.clip_norm = 1;
    job.seed = 21;
    job.device = "cpu";
    const auto data = samples(600, 1);
    job.train_samples = [data](int) { return data; };
    job.validation = samples(200, 2);
  }
};

test::Bits four_bits() {
  test::Bits bits;
  bits.weight = bits.activation = 4;
  bits.learned = true;
  return bits;
}

}  // namespace

TEST_CASE("four bits learn") {
  Setup s(four_bits(), 40);
  const auto accuracy = [&](const std::vector<Tensor> &predictions) {
    long right = 0;
    for (int64_t i = 0; i < 200; ++i) {
      const float *row = predictions[0].data<float>() + 4 * i;
      right += std::max_element(row, row + 4) - row == s.job.validation->targets[0].data<int64_t>()[i];
    }
    return std::vector<double>{right / 200.0};
  };
  s.job.metrics = accuracy;
  const TrainResult r = test::tested_engine().train(s.job);
  REQUIRE(r.status == TrainStatus::finished);
  CHECK(r.metrics.at(0) > 0.7);  // of four classes
  CHECK(r.history.back().train_loss < 0.7 * r.history.front().train_loss);
  // Learned scales have moved, fitted ones are powers of two and part of the result.
  CHECK_FALSE(r.weights.at("h.scale") == *s.model.graph.value(s.model.graph.find("h.scale")).data);
  REQUIRE(r.weights.count("phi.weight.scale") == 1);
  REQUIRE(r.weights.count("bn1.running_var") == 1);
  // What the best epoch's weights give is what the engine said of it, and what integers give.
  Graph trained = s.model.graph;
  for (const auto &[name, tensor] : r.weights) trained.set_data(trained.find(name), tensor);
  const std::vector<Tensor> found = test::tested_engine().forward(trained, s.job.validation->inputs, 64, "cpu");
  CHECK(accuracy(found) == r.metrics);
  const std::vector<float> expected = test::evaluate_integers(trained, s.job.validation->inputs[0]);
  CHECK(std::memcmp(found[0].data<float>(), expected.data(), expected.size() * sizeof(float)) == 0);
}

TEST_CASE("a quantized training continues from a checkpoint to the last bit") {
  for (const Optimizer optimizer : {Optimizer::adam, Optimizer::sgd}) {
    Setup s(four_bits());
    s.job.recipe.optimizer = optimizer;
    const TrainResult whole = test::tested_engine().train(s.job);
    for (const int pause : {2, 5, 6, 8}) {  // scales refitted; not any more; statistics frozen
      TrainJob part = s.job;
      part.pause_after = pause;
      const TrainResult first = test::tested_engine().train(part);
      REQUIRE(first.status == TrainStatus::paused);
      part.pause_after = 0;
      part.checkpoint = first.checkpoint;
      const TrainResult second = test::tested_engine().train(part);
      CHECK(second.weights == whole.weights);
      REQUIRE(second.history.size() == whole.history.size());
      for (std::size_t i = 0; i < whole.history.size(); ++i) {
        CHECK(second.history[i].train_loss == whole.history[i].train_loss);
        CHECK(second.history[i].validation_loss == whole.history[i].validation_loss);
      }
    }
  }
}

TEST_CASE("learned scales have a rate of their own and no weight decay") {
  Setup s(four_bits(), 2);
  s.job.recipe.optimizer = Optimizer::adamw;
  s.job.recipe.weight_decay = 10;
  s.job.quantized.scale_learning_rate = 0;
  const TrainResult r = test::tested_engine().train(s.job);
  const auto before = [&](const char *name) { return *s.model.graph.value(s.model.graph.find(name)).data; };
  for (const char *name : {"in.scale", "h.scale", "scores.scale"}) CHECK(r.weights.at(name) == before(name));
  CHECK_FALSE(r.weights.at("phi.weight") == before("phi.weight"));
}

TEST_CASE("convolutions train with frozen statistics") {
  for (const int width : {8, 16}) {
    test::Bits bits;
    bits.weight = bits.activation = width;
    bits.learned = true;
    test::QuantBuilder model(bits);
    TrainJob job;
    job.graph = &model.graph;
    job.loss = model.cross_entropy(test::quantized_pools(model));
    test::initialize_quantized(model, 3);
    job.recipe.epochs = 60;
    job.recipe.batch_size = 25;
    job.recipe.learning_rate = 0.01;
    job.device = "cpu";
    job.quantized.moving_statistics = 0;
    auto data = std::make_shared<Samples>();
    data->inputs = {test::random_tensor({101, 1, 8, 8}, 4, 0.5)};  // the last batch is a single sample
    Tensor labels(DType::i64, {101});  // brighter on the left, on the right, neither by much
    for (int64_t i = 0; i < 101; ++i) {
      double difference = 0;
      for (int64_t k = 0; k < 64; ++k)
        difference += static_cast<double>(data->inputs[0].data<float>()[i * 64 + k]) * (k % 8 < 4 ? 1 : -1);
      labels.mutable_data<int64_t>()[i] = difference > 1.5 ? 0 : difference < -1.5 ? 1 : 2;
    }
    data->targets = {labels};
    job.train_samples = [data](int) { return data; };
    job.validation = data;
    const TrainResult r = test::tested_engine().train(job);
    REQUIRE(r.status == TrainStatus::finished);
    CHECK(r.best_loss < 0.8 * r.history.front().train_loss);
    CHECK(r.weights.at("bn.running_mean") == *model.graph.value(model.graph.find("bn.running_mean")).data);
  }
}

TEST_CASE("statistics and scales stay as they are after their shares of the epochs") {
  Setup s(four_bits());
  std::map<int, std::map<std::string, Tensor>> kept;
  for (const int epoch : {1, 5, 6, 7, 8, 10}) {
    s.job.keep_epoch = epoch;
    kept[epoch] = test::tested_engine().train(s.job).kept;
    REQUIRE_FALSE(kept[epoch].empty());
  }
  const auto same = [&](int a, int b, const std::string &name) { return kept[a].at(name) == kept[b].at(name); };
  CHECK_FALSE(same(6, 7, "bn1.running_var"));
  CHECK(same(7, 8, "bn1.running_var"));
  CHECK(same(7, 10, "bn1.running_mean"));
  CHECK_FALSE(same(7, 10, "bn1.weight"));
  for (const char *scale : {"phi.weight.scale", "rho.weight.scale", "out.weight.scale"})
    for (const int epoch : {6, 7, 8, 10}) CHECK(same(5, epoch, scale));
  // At the start of epoch 1 from the initial weights, which fit already.
  CHECK(kept[1].at("phi.weight.scale") == *s.model.graph.value(s.model.graph.find("phi.weight.scale")).data);
}

TEST_CASE("scales are refitted to the weights that an epoch starts with") {
  Setup s(four_bits(), 4);
  s.job.recipe.learning_rate = 0.2;  // so that they move
  s.job.keep_epoch = 1;
  const TrainResult first = test::tested_engine().train(s.job);
  s.job.keep_epoch = 2;
  const TrainResult second = test::tested_engine().train(s.job);
  Graph graph = s.model.graph;
  for (const auto &[name, tensor] : first.kept) graph.set_data(graph.find(name), tensor);
  fit_weight_scales(graph);
  bool moved = false;
  for (const auto &[name, tensor] : second.kept) {
    if (name.size() < 13 || name.substr(name.size() - 13) != ".weight.scale") continue;
    CHECK(tensor == *graph.value(graph.find(name)).data);
    moved = moved || !(tensor == first.kept.at(name));
  }
  CHECK(moved);
}

TEST_CASE("masked weights have no gradient, all others have") {
  Setup s(four_bits());
  s.model.bits.masks = true;
  Samples batch;
  batch.inputs = {s.job.validation->inputs[0].rows(0, 50)};
  batch.targets = {s.job.validation->targets[0].rows(0, 50)};
  double loss = 0;
  const auto gradients = test::tested_engine().gradients(s.model.graph, s.job.loss, batch, &loss);
  CHECK(std::isfinite(loss));
  for (const char *name : {"phi", "query", "value", "rho", "out"}) {
    const Tensor &g = gradients.at(std::string(name) + ".weight");
    const Tensor &mask = *s.model.graph.value(s.model.graph.find(std::string(name) + ".weight.mask")).data;
    long wrong = 0, alive = 0;
    for (int64_t i = 0; i < g.elements(); ++i) {
      wrong += mask.data<float>()[i] == 0 && g.data<float>()[i] != 0;
      alive += g.data<float>()[i] != 0;
    }
    CHECK(wrong == 0);
    CHECK(alive > 0);
  }
  CHECK(gradients.at("h.scale").data<float>()[0] != 0);
}

namespace {

/// With steps far below anything that matters, gradients are those of the same graph without quantizers.
void check_same_gradients(test::QuantBuilder &fine, ValueId loss, test::Builder &plain, ValueId plain_loss,
                          const Samples &batch) {
  for (const ValueId id : plain.graph.values())
    if (plain.graph.value(id).kind == ValueKind::parameter)
      plain.graph.set_data(id, *fine.graph.value(fine.graph.find(plain.graph.value(id).name)).data);
  double a = 0, b = 0;
  const auto quantized = test::tested_engine().gradients(fine.graph, loss, batch, &a);
  const auto reference = test::tested_engine().gradients(plain.graph, plain_loss, batch, &b);
  CHECK(a == Approx(b).epsilon(1e-3));
  for (const auto &[name, g] : reference) {
    INFO(name);
    double error = 0, size = 0;
    for (int64_t i = 0; i < g.elements(); ++i) {
      const auto r = static_cast<double>(g.data<float>()[i]);
      error += std::pow(static_cast<double>(quantized.at(name).data<float>()[i]) - r, 2);
      size += r * r;
    }
    // A bias before a normalization has no gradient but noise.
    if (size > 1e-12) CHECK(std::sqrt(error / size) < 0.01);
  }
}

test::Bits sixteen_bits() {
  test::Bits bits;
  bits.weight = bits.activation = 16;
  bits.masks = false;
  return bits;
}

}  // namespace

TEST_CASE("many bits train as floats do: convolutions") {
  test::QuantBuilder fine(sixteen_bits());
  const ValueId loss = fine.cross_entropy(test::quantized_cnn(fine));
  test::initialize_quantized(fine, 8);
  test::Builder plain;
  ValueId x = plain.input("x", {1, 7, 7});
  const ValueId w = plain.parameter("conv1.weight", {6, 1, 3, 3});
  x = plain.node("Conv", {x, w},
                 {{"kernel_shape", std::vector<int64_t>{3, 3}}, {"pads", std::vector<int64_t>{1, 1, 1, 1}}});
  x = plain.node("Relu", {plain.batch_norm("bn1", x)});
  x = plain.node("LeakyRelu", {plain.conv("conv2", x, 4, 3)}, {{"alpha", 0.0078125F}});
  x = plain.node("Relu", {plain.batch_norm("bn2", plain.linear("fc1", plain.node("Flatten", {x}), 8))});
  x = plain.linear("fc2", x, 3);
  plain.graph.add_output("y", x);
  Samples batch;
  batch.inputs = {test::random_tensor({30, 1, 7, 7}, 4, 0.4)};
  batch.targets = {test::random_labels(30, 3, 5)};
  check_same_gradients(fine, loss, plain, plain.cross_entropy(x), batch);
}

TEST_CASE("many bits train as floats do: sets") {
  Setup fine(sixteen_bits());
  test::Builder plain;
  ValueId x = plain.input("x", {8, 3});
  const std::vector<int64_t> swap{0, 2, 1};
  const auto shared = [&](const std::string &name, ValueId in, int64_t out, bool bias = true) {
    const ValueId p =
        plain.node("MatMul", {in, plain.parameter(name + ".weight", {plain.graph.value(in).shape.back(), out})});
    return bias ? plain.node("Add", {p, plain.parameter(name + ".bias", {out})}) : p;
  };
  const ValueId h = plain.node("Relu", {plain.batch_norm_last("bn1", shared("phi", x, 8))});
  const ValueId q = shared("query", h, 4, false), k = shared("key", h, 4), v = shared("value", h, 8);
  const ValueId s = plain.node("Softmax", {plain.node("MatMul", {q, plain.node("Transpose", {k}, {{"perm", swap}})})},
                               {{"axis", int64_t{2}}});
  x = plain.node("Add", {h, plain.node("MatMul", {s, v})});
  x = plain.node("ReduceMean", {x}, {{"axes", std::vector<int64_t>{1}}, {"keepdims", int64_t{0}}});
  x = plain.linear("out", plain.node("Tanh", {plain.linear("rho", x, 6)}), 4);
  plain.graph.add_output("y", x);
  Samples batch;
  batch.inputs = {fine.job.validation->inputs[0].rows(0, 50)};
  batch.targets = {fine.job.validation->targets[0].rows(0, 50)};
  check_same_gradients(fine.model, fine.job.loss, plain, plain.cross_entropy(x), batch);
}

// SPDX-License-Identifier: Apache-2.0
// A training that is paused and continued gives what an uninterrupted one gives, to the last bit.
#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>

#include "base/error.hpp"
#include "engine/checkpoint.hpp"
#include "engine/engine.hpp"
#include "models.hpp"
#include "tested_engine.hpp"

namespace {

using namespace nac::fw;
using Catch::Matchers::Contains;

Recipe recipe(Optimizer optimizer, Schedule schedule) {
  Recipe r;
  r.epochs = 9;
  r.batch_size = 16;
  r.optimizer = optimizer;
  r.learning_rate = optimizer == Optimizer::sgd ? 0.05 : 5e-3;
  r.momentum = optimizer == Optimizer::sgd || optimizer == Optimizer::rmsprop ? 0.9 : 0;
  r.weight_decay = 0.01;
  r.schedule = schedule;
  r.step_size = 2;
  r.gamma = 0.5;
  r.plateau_patience = 0;
  return r;
}

struct Setup {
  test::Builder model;
  TrainJob job;

  explicit Setup(const Recipe &r) {
    job.graph = &model.graph;
    job.loss = model.squared_error(test::small_cnn(model));
    initialize(model.graph, 6);
    job.recipe = r;
    job.seed = 21;
    job.device = "cpu";
    job.train_samples = [](int epoch) {  // another set in every epoch, as with augmentation
      auto s = std::make_shared<Samples>();
      s->inputs = {test::random_tensor({70, 1, 7, 7}, 1000 + epoch)};
      s->targets = {test::random_tensor({70, 2}, 2000 + epoch)};
      return s;
    };
    auto v = std::make_shared<Samples>();
    v->inputs = {test::random_tensor({30, 1, 7, 7}, 1)};
    v->targets = {test::random_tensor({30, 2}, 2)};
    job.validation = v;
    job.metrics = [v](const std::vector<Tensor> &predictions) {
      double sum = 0;
      for (int64_t i = 0; i < predictions[0].elements(); ++i)
        sum += std::fabs(predictions[0].data<float>()[i] - v->targets[0].data<float>()[i]);
      return std::vector<double>{sum, -sum};
    };
  }
  Setup(const Setup &) = delete;

  TrainResult continued(const std::vector<int> &pauses, std::vector<std::string> *checkpoints = nullptr) {
    TrainJob part = job;
    for (const int epoch : pauses) {
      part.pause_after = epoch;
      TrainResult r = test::tested_engine().train(part);
      if (r.status != TrainStatus::paused) return r;
      CHECK(r.epochs == epoch);
      CHECK_FALSE(r.weights.empty());
      if (checkpoints != nullptr) checkpoints->push_back(r.checkpoint);
      part.checkpoint = r.checkpoint;
    }
    part.pause_after = 0;
    return test::tested_engine().train(part);
  }
};

bool same(double a, double b) { return std::memcmp(&a, &b, sizeof a) == 0; }

void check_same(const TrainResult &a, const TrainResult &b) {
  CHECK(a.status == b.status);
  CHECK(a.reason == b.reason);
  CHECK(a.epochs == b.epochs);
  CHECK(a.best_epoch == b.best_epoch);
  CHECK(same(a.best_loss, b.best_loss));
  CHECK(a.metrics == b.metrics);
  CHECK(a.weights == b.weights);
  REQUIRE(a.history.size() == b.history.size());
  for (std::size_t i = 0; i < a.history.size(); ++i) {
    INFO("epoch " << i + 1);
    CHECK(a.history[i].epoch == b.history[i].epoch);
    CHECK(same(a.history[i].learning_rate, b.history[i].learning_rate));
    CHECK(same(a.history[i].train_loss, b.history[i].train_loss));
    CHECK(same(a.history[i].validation_loss, b.history[i].validation_loss));
    CHECK(a.history[i].metrics == b.history[i].metrics);
  }
}

}  // namespace

TEST_CASE("Every optimizer and schedule continues from a checkpoint to the last bit") {
  for (const Optimizer optimizer : {Optimizer::adam, Optimizer::adamw, Optimizer::sgd, Optimizer::rmsprop})
    for (const Schedule schedule : {Schedule::constant, Schedule::cosine, Schedule::step, Schedule::plateau}) {
      INFO(name_of(optimizer) << ", " << name_of(schedule));
      Recipe r = recipe(optimizer, schedule);
      if (schedule == Schedule::plateau) r.learning_rate *= 10;  // noise: the validation loss soon rises
      Setup s(r);
      const TrainResult whole = test::tested_engine().train(s.job);
      REQUIRE(whole.status == TrainStatus::finished);
      check_same(s.continued({1, 3, 8}), whole);
      if (schedule == Schedule::plateau) {
        // The rate has fallen, so its state mattered.
        CHECK(whole.history.back().learning_rate < whole.history.front().learning_rate);
      }
    }
}

TEST_CASE("Patience and the monitored metric continue too") {
  Recipe r = recipe(Optimizer::adam, Schedule::constant);
  r.epochs = 60;
  r.learning_rate = 0.05;
  r.patience = 4;
  r.monitor_metric = GENERATE(false, true);
  Setup s(r);
  const TrainResult whole = test::tested_engine().train(s.job);
  REQUIRE(whole.status == TrainStatus::finished);
  REQUIRE(whole.epochs < 60);
  REQUIRE(whole.best_epoch > 1);
  // Between the best epoch and the end, and in the very epoch in which patience ends it.
  check_same(s.continued({1, whole.best_epoch, whole.epochs - 1}), whole);
  check_same(s.continued({whole.epochs}), whole);
}

TEST_CASE("Equal jobs give equal checkpoints, and a pause after the last epoch is none") {
  Setup s(recipe(Optimizer::adam, Schedule::cosine));
  std::vector<std::string> a, b, c;
  s.continued({2, 5}, &a);
  s.continued({2, 5}, &b);
  s.continued({5}, &c);
  CHECK(a == b);
  CHECK(a[1] == c[0]);
  CHECK(s.continued({9}).status == TrainStatus::finished);
}

TEST_CASE("A checkpoint that is not the job's is refused, saying why") {
  Setup s(recipe(Optimizer::adam, Schedule::cosine));
  std::vector<std::string> checkpoints;
  s.continued({2}, &checkpoints);
  const std::string good = checkpoints.at(0);
  const auto refused = [&](const std::string &bytes, const std::string &why) {
    TrainJob job = s.job;
    job.checkpoint = bytes;
    try {
      test::tested_engine().train(job);
      FAIL("accepted: " << why);
    } catch (const Error &e) {
      CHECK(e.status() == NAC_DATA_LOSS);
      CHECK_THAT(e.what(), Contains(why));
    }
  };
  refused("nonsense that is long enough", "are no checkpoint");
  refused(good.substr(0, good.size() / 2), "is damaged");
  std::string flipped = good;
  flipped[good.size() / 2] = static_cast<char>(flipped[good.size() / 2] ^ 4);
  refused(flipped, "is damaged");
  std::string version = good;
  version[7] = '9';
  refused(version, "of version 9");
  s.job.seed += 1;
  refused(good, "its seed is 21, the job's is 22");
  s.job.seed -= 1;
  s.job.recipe.epochs = 10;
  refused(good, "its number of epochs is 9, the job's is 10");
  s.job.recipe.epochs = 9;
  TrainJob job = s.job;
  test::Builder smaller;
  const ValueId x = smaller.input("x", {1, 7, 7});
  const ValueId y = smaller.linear("fc", smaller.node("Flatten", {x}), 2);
  smaller.graph.add_output("y", y);
  job.loss = smaller.squared_error(y);
  initialize(smaller.graph, 6);
  job.graph = &smaller.graph;
  job.checkpoint = good;
  CHECK_THROWS_WITH(test::tested_engine().train(job), Contains("is of another network"));
}

// SPDX-License-Identifier: Apache-2.0
// The loop around an engine's steps, with steps whose losses are written down.
#include "engine/training_loop.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <new>

#include "base/error.hpp"
#include "small_job.hpp"

using Catch::Matchers::Contains;
using namespace nac::fw;

namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

/// Its one weight is the number of the last epoch.
class Script final : public TrainingSteps {
 public:
  std::string engine() const override { return "script"; }
  bool quantized() const override { return is_quantized; }
  void prepare_quantized(bool moving, bool refit) override {
    log += std::string(moving ? "m" : "-") + (refit ? "r " : "- ");
  }
  void start_epoch(const EpochBatches &batches) override {
    epoch = batches.epoch;
    count = batches.count();
    visited.assign(static_cast<std::size_t>(batches.samples->count()), 0);
    for (int64_t b = 0; b < count; ++b)
      for (int64_t i = 0; i < batches.size(b); ++i) ++visited.at(static_cast<std::size_t>(batches.rows(b)[i]));
  }
  bool normalizes_single_values(int64_t size) const override { return normalizes && size == 1; }
  std::optional<float> train_batch(int64_t batch, double rate) override {
    if (epoch == out_of_memory_in) throw std::bad_alloc();
    ++trained;
    last_rate = rate;
    const float loss = bad_epoch == epoch && bad_batch == batch ? kNan : static_cast<float>(batch + 1);
    kept_losses.resize(static_cast<std::size_t>(count));
    kept_losses[static_cast<std::size_t>(batch)] = loss;
    return waits ? std::optional<float>() : loss;
  }
  std::vector<float> losses() override { return kept_losses; }
  bool parameters_finite() const override { return epoch != bad_parameters_in; }
  Inference evaluate(const std::shared_ptr<const Samples> &) override {
    return {validation.at(static_cast<std::size_t>(epoch - 1)), {}};
  }
  void save() override { saved = epoch; }
  void restore() override { epoch = saved; }
  std::map<std::string, Tensor> weights() const override {
    return {{"w", Tensor::of(Shape{1}, std::vector<float>{static_cast<float>(epoch)})}};
  }
  void write(Checkpoint &c) const override {
    c.arrays["state"] = {static_cast<float>(epoch), static_cast<float>(saved)};
  }
  void read(const Checkpoint &c) override {
    epoch = static_cast<int>(c.array("state", 2)[0]);
    saved = static_cast<int>(c.array("state", 2)[1]);
  }

  bool is_quantized = false, normalizes = false, waits = false;
  int bad_epoch = 0, bad_parameters_in = 0, out_of_memory_in = 0, epoch = 0, saved = 0, trained = 0;
  int64_t bad_batch = 0, count = 0;
  double last_rate = 0;
  std::vector<double> validation{5, 4, 3, 2, 1};
  std::vector<float> kept_losses;
  std::vector<int> visited;
  std::string log;
};

float weight(const std::map<std::string, Tensor> &weights) { return weights.at("w").data<float>()[0]; }

}  // namespace

TEST_CASE("losses are means over samples, and every sample has its turn") {
  test::SmallJob small(5);
  Script steps;
  steps.waits = GENERATE(false, true);
  const TrainResult r = run_training(small.job, steps);
  CHECK(r.status == TrainStatus::finished);
  CHECK(r.reason.empty());
  REQUIRE(r.history.size() == 5);
  CHECK(r.history[0].train_loss == Approx((1 * 2 + 2 * 2 + 3 * 1) / 5.0));
  CHECK(steps.visited == std::vector<int>(5, 1));
  CHECK(steps.trained == 15);
}

TEST_CASE("a batch of one sample waits for another epoch where it would be normalized") {
  test::SmallJob small(5);
  Script steps;
  steps.normalizes = true;
  const TrainResult r = run_training(small.job, steps);
  CHECK(r.history.at(0).train_loss == Approx(1.5));
  CHECK(steps.trained == 10);
  test::SmallJob single(1);
  Script none;
  none.normalizes = true;
  CHECK_THROWS_WITH(run_training(single.job, none), Contains("a training set of 1 sample"));
}

TEST_CASE("the best epoch's weights are the result, and one epoch's are kept") {
  test::SmallJob small;
  small.job.validation = test::SmallJob::samples_of(3);
  small.job.keep_epoch = 4;
  Script steps;
  steps.validation = {3, 1, 2, 2, 2};
  SECTION("all epochs") {
    const TrainResult r = run_training(small.job, steps);
    CHECK(r.best_epoch == 2);
    CHECK(r.best_loss == 1);
    CHECK(r.epochs == 5);
    CHECK(weight(r.weights) == 2);
    CHECK(weight(r.kept) == 4);
  }
  SECTION("patience") {
    small.job.recipe.patience = 2;
    const TrainResult r = run_training(small.job, steps);
    CHECK(r.status == TrainStatus::finished);
    CHECK(r.reason == "no better epoch than 2 in 2 epochs");
    CHECK(r.epochs == 4);
  }
  SECTION("by a metric that should be large") {
    small.job.recipe.monitor_metric = true;
    small.job.metric_direction = 1;
    small.job.metrics = [&](const std::vector<Tensor> &) { return std::vector<double>{steps.epoch == 3 ? 9.0 : 1.0}; };
    const TrainResult r = run_training(small.job, steps);
    CHECK(r.best_epoch == 3);
    CHECK(r.metrics == std::vector<double>{9});
    CHECK(r.best_loss == 2);
  }
  SECTION("no metric was ever finite") {
    small.job.recipe.monitor_metric = true;
    small.job.metrics = [](const std::vector<Tensor> &) { return std::vector<double>{std::nan("")}; };
    const TrainResult r = run_training(small.job, steps);
    CHECK(r.status == TrainStatus::diverged);
    CHECK(r.reason == "no epoch had a finite value of the first metric");
    CHECK(r.weights.empty());
  }
}

TEST_CASE("what ends a training early is in the result") {
  test::SmallJob small;
  Script steps;
  SECTION("a loss") {
    steps.bad_epoch = 3;
    steps.bad_batch = 1;
    steps.waits = GENERATE(false, true);
    const TrainResult r = run_training(small.job, steps);
    CHECK(r.status == TrainStatus::diverged);
    CHECK(r.reason == "loss is not finite in epoch 3, batch 2 of 2");
    CHECK(weight(r.weights) == 1);
  }
  SECTION("a loss ends the epoch at once where it is known") {
    steps.bad_epoch = 1;
    CHECK(run_training(small.job, steps).reason == "loss is not finite in epoch 1, batch 1 of 2");
    CHECK(steps.trained == 1);
  }
  SECTION("parameters") {
    steps.bad_parameters_in = 2;
    CHECK(run_training(small.job, steps).reason == "parameters are not finite after epoch 2");
  }
  SECTION("the validation loss") {
    small.job.validation = test::SmallJob::samples_of(3);
    steps.validation[1] = std::nan("");
    const TrainResult r = run_training(small.job, steps);
    CHECK(r.reason == "validation loss is not finite after epoch 2");
    CHECK(r.epochs == 1);
  }
  SECTION("memory") {
    steps.out_of_memory_in = 2;
    const TrainResult r = run_training(small.job, steps);
    CHECK(r.status == TrainStatus::out_of_memory);
    CHECK_THAT(r.reason, Contains("out of memory on cpu in epoch 2: "));
  }
  SECTION("the caller, after an epoch") {
    small.job.on_epoch = [](const Epoch &e) { return e.epoch < 2; };
    const TrainResult r = run_training(small.job, steps);
    CHECK(r.status == TrainStatus::stopped);
    CHECK(r.reason == "stopped by the caller after epoch 2");
  }
  SECTION("the caller, before a batch") {
    small.job.cancelled = [&] { return steps.trained == 3; };
    const TrainResult r = run_training(small.job, steps);
    CHECK(r.status == TrainStatus::stopped);
    CHECK(r.reason == "cancelled in epoch 2");
    CHECK(steps.trained == 3);
  }
}

TEST_CASE("a pause changes nothing") {
  test::SmallJob small;
  small.job.validation = test::SmallJob::samples_of(3);
  small.job.recipe.schedule = nac::fw::Schedule::plateau;
  small.job.recipe.plateau_patience = 0;
  const auto run = [&](const std::string &checkpoint, int pause_after, double *rate) {
    Script steps;
    steps.validation = {3, 1, 2, 0.5, 2};
    small.job.checkpoint = checkpoint;
    small.job.pause_after = pause_after;
    TrainResult r = run_training(small.job, steps);
    *rate = steps.last_rate;
    return r;
  };
  double whole_rate = 0, rate = 0;
  const TrainResult whole = run("", 0, &whole_rate);
  const int at = GENERATE(1, 2, 3, 4);
  const TrainResult first = run("", at, &rate);
  REQUIRE(first.status == TrainStatus::paused);
  CHECK(first.reason == "paused after epoch " + std::to_string(at));
  const TrainResult second = run(first.checkpoint, 0, &rate);
  CHECK(second.status == TrainStatus::finished);
  CHECK(second.history.size() == whole.history.size());
  CHECK(second.best_epoch == whole.best_epoch);
  CHECK(weight(second.weights) == weight(whole.weights));
  CHECK(rate == whole_rate);
  CHECK(rate < small.job.recipe.learning_rate);
}

TEST_CASE("quantized graphs are prepared before each epoch, others never") {
  test::SmallJob small;
  small.job.quantized.moving_statistics = 0.6;
  small.job.quantized.refitted_scales = 0.2;
  Script steps;
  steps.is_quantized = GENERATE(false, true);
  run_training(small.job, steps);
  CHECK(steps.log == (steps.is_quantized ? "mr m- m- -- -- " : ""));
}

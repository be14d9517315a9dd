// SPDX-License-Identifier: Apache-2.0
// Trainings learn, and the same seed gives the same bits, however many run at once.
#include <catch2/catch.hpp>
#include <cmath>
#include <thread>

#include "engine/engine.hpp"
#include "models.hpp"
#include "tested_engine.hpp"

namespace {

using namespace nac::fw;
using test::Builder;
using test::random_tensor;

/// Peaks at random places; the target is where.
std::shared_ptr<const Samples> peaks(int64_t count, uint64_t key) {
  auto s = std::make_shared<Samples>();
  s->targets = {random_tensor({count, 2}, key, 0.8)};
  Tensor images = random_tensor({count, 1, 7, 7}, key + 1, 0.02);
  const auto *target = s->targets[0].data<float>();
  auto *pixel = images.mutable_data<float>();
  for (int64_t i = 0; i < count; ++i)
    for (int row = 0; row < 7; ++row)
      for (int column = 0; column < 7; ++column) {
        const double y = row - 3 - target[2 * i], x = column - 3 - target[2 * i + 1];
        pixel[49 * i + 7 * row + column] += static_cast<float>(std::exp(-(x * x + y * y) / 2));
      }
  s->inputs = {images};
  return s;
}

/// Sets whose label is the quadrant of their mean in the first two features.
std::shared_ptr<const Samples> sets(int64_t count, uint64_t key) {
  auto s = std::make_shared<Samples>();
  s->inputs = {random_tensor({count, 6, 3}, key)};
  Tensor labels(DType::i64, {count});
  const auto *x = s->inputs[0].data<float>();
  for (int64_t i = 0; i < count; ++i) {
    double a = 0, b = 0;
    for (int p = 0; p < 6; ++p) a += x[18 * i + 3 * p], b += x[18 * i + 3 * p + 1];
    labels.mutable_data<int64_t>()[i] = (a > 0 ? 1 : 0) + (b > 0 ? 2 : 0);
  }
  s->targets = {labels};
  return s;
}

struct Problem {
  Builder model;
  TrainJob job;
};

std::unique_ptr<Problem> regression(uint64_t seed) {
  auto p = std::make_unique<Problem>();
  p->job.loss = p->model.squared_error(test::small_cnn(p->model));
  initialize(p->model.graph, seed);
  p->job.graph = &p->model.graph;
  p->job.device = "cpu";
  p->job.seed = seed;
  p->job.recipe.epochs = 12;
  p->job.recipe.batch_size = 32;
  p->job.recipe.learning_rate = 5e-3;
  p->job.train_samples = [train = peaks(600, 1)](int) { return train; };
  p->job.validation = peaks(150, 50);
  return p;
}

std::unique_ptr<Problem> classification(uint64_t seed) {
  auto p = std::make_unique<Problem>();
  p->job.loss = p->model.cross_entropy(test::small_deep_set(p->model));
  initialize(p->model.graph, seed);
  p->job.graph = &p->model.graph;
  p->job.device = "cpu";
  p->job.seed = seed;
  p->job.recipe.epochs = 15;
  p->job.recipe.batch_size = 50;
  p->job.recipe.learning_rate = 1e-2;
  p->job.recipe.schedule = Schedule::cosine;
  p->job.train_samples = [train = sets(1000, 2)](int) { return train; };
  const auto validation = sets(400, 60);
  p->job.validation = validation;
  p->job.metrics = [validation](const std::vector<Tensor> &predictions) {
    const auto *scores = predictions.at(0).data<float>();
    const auto *labels = validation->targets[0].data<int64_t>();
    const int64_t count = validation->count();
    double right = 0;
    for (int64_t i = 0; i < count; ++i)
      right += std::max_element(scores + 4 * i, scores + 4 * i + 4) - (scores + 4 * i) == labels[i] ? 1 : 0;
    return std::vector<double>{right / static_cast<double>(count)};
  };
  p->job.metric_direction = 1;
  return p;
}

bool same_bits(const TrainResult &a, const TrainResult &b) {
  if (a.best_loss != b.best_loss || a.history.size() != b.history.size()) return false;
  for (std::size_t i = 0; i < a.history.size(); ++i)
    if (a.history[i].train_loss != b.history[i].train_loss) return false;
  return a.weights == b.weights;
}

}  // namespace

TEST_CASE("regression learns") {
  const auto p = regression(3);
  const TrainResult r = test::tested_engine().train(p->job);
  CHECK(r.status == TrainStatus::finished);
  CHECK(r.epochs == 12);
  CHECK(r.history.size() == 12);
  CHECK(r.best_loss < 0.03);  // the targets' variance is 0.64
  CHECK(r.history.front().train_loss > 5 * r.history.back().train_loss);

  // What the time went to is accounted for.
  double sum = 0;
  for (const char *phase : {"data", "forward", "backward", "optimizer", "evaluation"}) {
    INFO(phase);
    CHECK(r.shares.at(phase) > 0);
    sum += r.shares.at(phase);
  }
  CHECK(sum > 0.8);
  CHECK(sum <= 1.0 + 1e-9);
  CHECK(r.seconds > 0);
  CHECK(r.samples_per_second > 12 * 600 / r.seconds);
}

TEST_CASE("classification learns") {
  const auto p = classification(4);
  p->job.recipe.monitor_metric = true;
  const TrainResult r = test::tested_engine().train(p->job);
  CHECK(r.status == TrainStatus::finished);
  REQUIRE(r.metrics.size() == 1);
  CHECK(r.metrics[0] > 0.9);  // chance is 0.25
  for (const Epoch &e : r.history) CHECK(e.metrics.at(0) <= r.metrics[0]);
}

TEST_CASE("equal seeds give equal bits, alone and four at a time") {
  for (const auto &make : {regression, classification}) {
    const auto alone = test::tested_engine().train(make(7)->job);
    REQUIRE(alone.status == TrainStatus::finished);
    CHECK(same_bits(alone, test::tested_engine().train(make(7)->job)));
    CHECK_FALSE(same_bits(alone, test::tested_engine().train(make(8)->job)));

    std::vector<TrainResult> results(4);
    std::vector<std::thread> threads;
    for (TrainResult &result : results)
      threads.emplace_back([&result, &make] { result = test::tested_engine().train(make(7)->job); });
    for (std::thread &t : threads) t.join();
    for (const TrainResult &result : results) CHECK(same_bits(alone, result));
  }
}

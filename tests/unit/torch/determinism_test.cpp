// SPDX-License-Identifier: Apache-2.0
// Equal jobs give equal bits: again in the same thread, and beside others in other threads.
#include <catch2/catch.hpp>
#include <thread>

#include "engine/engine.hpp"
#include "models.hpp"
#include "tested_engine.hpp"

namespace {

using namespace nac::fw;

struct Setup {
  test::Builder model;
  TrainJob job;

  explicit Setup(bool set) {
    auto data = std::make_shared<Samples>();
    if (set) {
      job.loss = model.cross_entropy(test::small_deep_set(model));
      data->inputs = {test::random_tensor({230, 6, 3}, 1)};
      data->targets = {test::random_labels(230, 4, 2)};
    } else {
      job.loss = model.squared_error(test::small_cnn(model));
      data->inputs = {test::random_tensor({230, 1, 7, 7}, 1)};
      data->targets = {test::random_tensor({230, 2}, 2)};
    }
    initialize(model.graph, 6);
    job.graph = &model.graph;
    job.recipe.epochs = 6;
    job.recipe.batch_size = 100;
    job.seed = 9;
    job.device = "cpu";
    job.train_samples = [data](int) { return data; };
    job.validation = data;
  }
  Setup(const Setup &) = delete;
};

bool same(const TrainResult &a, const TrainResult &b) {
  bool equal = a.status == TrainStatus::finished && b.status == a.status && a.weights == b.weights &&
               a.history.size() == b.history.size();
  for (std::size_t i = 0; equal && i < a.history.size(); ++i)
    equal = a.history[i].train_loss == b.history[i].train_loss &&
            a.history[i].validation_loss == b.history[i].validation_loss;
  return equal;
}

}  // namespace

TEST_CASE("equal jobs give equal bits, alone and in two threads at a time") {
  Setup set(true), cnn(false);
  Engine &engine = test::tested_engine();
  const TrainResult of_set = engine.train(set.job), of_cnn = engine.train(cnn.job);
  CHECK(same(engine.train(set.job), of_set));
  CHECK(same(engine.train(cnn.job), of_cnn));
  for (int round = 0; round < 3; ++round) {
    TrainResult first, second;
    std::thread other([&] { first = engine.train(round == 0 ? cnn.job : set.job); });
    second = engine.train(round == 2 ? set.job : cnn.job);
    other.join();
    CHECK(same(first, round == 0 ? of_cnn : of_set));
    CHECK(same(second, round == 2 ? of_set : of_cnn));
  }
  cnn.job.seed = 10;
  CHECK_FALSE(same(engine.train(cnn.job), of_cnn));
}

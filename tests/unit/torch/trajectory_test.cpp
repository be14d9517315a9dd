// SPDX-License-Identifier: Apache-2.0
// Optimizers, schedules, clipping, batching and running statistics: whole trainings against PyTorch's own optimizers.
#include <catch2/catch.hpp>

#include "engine/engine.hpp"
#include "engine/order.hpp"
#include "models.hpp"
#include "oracle.hpp"
#include "tested_engine.hpp"

namespace {

using nac::fw::Epoch;
using nac::fw::Optimizer;
using nac::fw::Recipe;
using nac::fw::Samples;
using nac::fw::Schedule;
using nac::fw::TrainJob;
using nac::fw::TrainResult;
using nac::fw::TrainStatus;
using test::random_tensor;
using test::Tensor;

struct Training {
  std::string name;
  Recipe recipe;
};

Recipe base(Optimizer optimizer, double rate) {
  Recipe r;
  r.epochs = 5;
  r.batch_size = 10;  // 33 samples: 4 steps an epoch, the last with 3
  r.optimizer = optimizer;
  r.learning_rate = rate;
  return r;
}

std::vector<Training> trainings() {
  std::vector<Training> all;
  all.push_back({"adam", base(Optimizer::adam, 1e-2)});
  all.push_back({"adam with decay", base(Optimizer::adam, 1e-2)});
  all.back().recipe.weight_decay = 0.05;
  all.push_back({"adamw", base(Optimizer::adamw, 1e-2)});
  all.back().recipe.weight_decay = 0.5;
  all.push_back({"sgd", base(Optimizer::sgd, 0.05)});
  all.push_back({"sgd with momentum and decay", base(Optimizer::sgd, 0.05)});
  all.back().recipe.momentum = 0.9;
  all.back().recipe.weight_decay = 0.01;
  all.push_back({"rmsprop", base(Optimizer::rmsprop, 1e-3)});
  all.push_back({"rmsprop with momentum and decay", base(Optimizer::rmsprop, 1e-3)});
  all.back().recipe.momentum = 0.8;
  all.back().recipe.weight_decay = 0.01;
  all.push_back({"clipped", base(Optimizer::sgd, 0.5)});
  all.back().recipe.clip_norm = 0.05;
  all.push_back({"cosine", base(Optimizer::adam, 1e-2)});
  all.back().recipe.schedule = Schedule::cosine;
  all.back().recipe.final_learning_rate = 1e-3;
  all.push_back({"step", base(Optimizer::adam, 1e-2)});
  all.back().recipe.schedule = Schedule::step;
  all.back().recipe.step_size = 2;
  all.back().recipe.gamma = 0.5;
  all.push_back({"plateau", base(Optimizer::sgd, 0.3)});  // noise: the validation loss soon rises
  all.back().recipe.schedule = Schedule::plateau;
  all.back().recipe.plateau_patience = 0;
  all.back().recipe.epochs = 8;
  all.push_back({"a single sample left over", base(Optimizer::adam, 1e-2)});
  all.back().recipe.batch_size = 16;  // 33 = 16 + 16 + 1, and the last is skipped
  return all;
}

constexpr uint64_t kSeed = 21;

/// No bias right before a normalization: its gradient is zero but for rounding, which Adam would blow up.
nac::fw::ValueId model_of(test::Builder &b) {
  using test::ValueId;
  ValueId x = b.node("Relu", {b.conv("conv1", b.input("x", {1, 7, 7}), 6, 3)});
  x = b.node("Flatten", {b.conv("conv2", b.batch_norm("bn1", x), 4, 1)});
  x = b.batch_norm("bn2", b.node("Tanh", {b.linear("fc1", x, 8)}));
  x = b.linear("fc2", x, 2);
  b.graph.add_output("y", x);
  return x;
}

std::shared_ptr<const Samples> samples(int64_t count, uint64_t key) {
  auto s = std::make_shared<Samples>();
  s->inputs = {random_tensor({count, 1, 7, 7}, key)};
  s->targets = {random_tensor({count, 2}, key + 1)};
  return s;
}

}  // namespace

TEST_CASE("20 optimizer steps follow PyTorch") {
  if (!test::have_oracle()) return;
  test::Builder model;
  const nac::fw::ValueId loss = model.squared_error(model_of(model));
  nac::fw::initialize(model.graph, 6);
  const auto train = samples(33, 100), validation = samples(12, 200);

  std::vector<nlohmann::json> questions;
  for (const Training &t : trainings()) {
    nlohmann::json q = test::case_of(t.name, model.graph, loss, *train);
    q["validation"] = {test::to_json(validation->inputs[0]), test::to_json(validation->targets[0])};
    q["smallest_batch"] = 2;
    const Recipe &r = t.recipe;
    q["recipe"] = {{"epochs", r.epochs},
                   {"batch_size", r.batch_size},
                   {"optimizer", name_of(r.optimizer)},
                   {"learning_rate", r.learning_rate},
                   {"weight_decay", r.weight_decay},
                   {"momentum", r.momentum},
                   {"schedule", name_of(r.schedule)},
                   {"final_learning_rate", r.final_learning_rate},
                   {"step_size", r.step_size},
                   {"gamma", r.gamma},
                   {"plateau_patience", r.plateau_patience},
                   {"clip_norm", r.clip_norm}};
    for (int epoch = 1; epoch <= r.epochs; ++epoch)
      q["orders"].push_back(nac::fw::epoch_order(kSeed, epoch, train->count()));
    questions.push_back(std::move(q));
  }
  const nlohmann::json answers = test::ask_oracle(questions);

  for (const Training &t : trainings()) {
    INFO(t.name);
    TrainJob job;
    job.graph = &model.graph;
    job.loss = loss;
    job.recipe = t.recipe;
    job.seed = kSeed;
    job.device = "cpu";
    job.train_samples = [&](int) { return train; };
    job.validation = validation;
    const TrainResult result = test::tested_engine().train(job);
    INFO(result.reason);
    REQUIRE(result.status == TrainStatus::finished);
    const nlohmann::json &epochs = answers.at(t.name)["epochs"];
    REQUIRE(result.history.size() == epochs.size());
    for (std::size_t i = 0; i < epochs.size(); ++i) {
      INFO("epoch " << i + 1);
      CHECK(result.history[i].learning_rate == Approx(epochs[i]["rate"].get<double>()).epsilon(1e-9));
      CHECK(result.history[i].train_loss == Approx(epochs[i]["train_loss"].get<double>()).epsilon(1e-4));
      CHECK(result.history[i].validation_loss == Approx(epochs[i]["validation_loss"].get<double>()).epsilon(1e-4));
    }
    REQUIRE(result.best_epoch >= 1);
    const nlohmann::json &best = epochs[static_cast<std::size_t>(result.best_epoch - 1)];
    for (const nlohmann::json &epoch : epochs)
      CHECK(result.best_loss <= epoch["validation_loss"].get<double>() * (1 + 1e-4));
    REQUIRE(result.weights.size() == best["weights"].size());
    for (const auto &[name, weight] : result.weights) {
      INFO(name);
      CHECK(test::relative_error(weight, best["weights"].at(name)) < 1e-4);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
#include "pipeline/local/tune.hpp"

#include <fmt/format.h>

#include "pipeline/local/networks.hpp"
#include "pipeline/local/recipe_space.hpp"
#include "pipeline/local/tune_network.hpp"

namespace nac::fw {
namespace {

/// The budget that the searches were first told: they may plan by it, so a resumed one must hear the same.
uint64_t first_budget(Study &study, uint64_t trials) {
  if (const auto stored = study.text("tune.budget")) return std::stoull(*stored);
  study.set_text("tune.budget", std::to_string(trials));
  return trials;
}

void record(const LocalInputs &in, const Space &space) {
  const TuneStage &stage = *in.experiment.tune;
  std::map<std::string, std::string> settings = settings_of("tune.train", stage.base);
  // Their dimensions or fixed values replace those of the base.
  for (const char *key : {"learning_rate", "batch_size", "optimizer", "weight_decay", "schedule"})
    settings.erase(std::string("tune.train.") + key);
  for (const auto &[name, value] : stage.strategy.parameters) settings["tune." + name] = to_toml(value);
  settings["tune.plugin"] = stage.strategy.plugin;
  settings["tune.lookahead"] = std::to_string(stage.lookahead);
  settings["the recipes that may be tried"] = space.fingerprint();
  const auto fixed = [&](const char *key, bool is, const std::string &value) {
    if (is) settings[std::string("tune.") + key] = value;
  };
  fixed("learning_rate", stage.learning_rate.fixed(), fmt::format("{}", stage.learning_rate.low));
  fixed("weight_decay", stage.weight_decay.fixed(), fmt::format("{}", stage.weight_decay.low));
  fixed("batch_size", stage.batch_size.size() == 1, fmt::format("{}", stage.batch_size.front()));
  fixed("optimizer", stage.optimizer.size() == 1, name_of(stage.optimizer.front()));
  fixed("schedule", stage.schedule.size() == 1, name_of(stage.schedule.front()));
  record_settings(in.study, "tune", settings);
}

}  // namespace

TuneEnd run_tune(const LocalInputs &in) {
  const TuneStage &stage = *in.experiment.tune;
  const Space space = recipe_space(stage);
  record(in, space);
  const CandidateChoice &choice = stage.candidates.empty() ? in.experiment.compression.candidates : stage.candidates;
  const std::vector<uint64_t> networks = chosen_networks(choice, in.experiment, in.task, in.study);
  if (networks.empty()) in.observer.warning("the search has no network on its front: there is nothing to tune");
  const uint64_t budget = first_budget(in.study, stage.trials);
  uint64_t done = 0;
  for (const Study::TuneRow &row : in.study.tune_rows()) done += row.state != "asked" ? 1 : 0;
  const uint64_t wanted = networks.size() * stage.trials;
  SharedSplits splits(in.task);
  const LocalContext context = local_context(in, splits);
  StageProgress progress(in.observer, "tune", wanted > done ? wanted - done : 0);
  TuneEnd end;
  end.networks = networks.size();
  for (const uint64_t trial : networks) {
    end.interrupted = in.interrupts.load() > 0 || !TuneNetwork({in, context, space, progress}, trial, budget).run();
    if (end.interrupted) break;
    if (!best_recipe(in.study.tune_rows(), trial, in.task.info().metrics.front()))
      progress.warning(fmt::format("no recipe for trial {} could be trained; it keeps the one of the search", trial));
  }
  end.trainings = progress.status().finished;
  end.failed = progress.status().failed;
  return end;
}

}  // namespace nac::fw

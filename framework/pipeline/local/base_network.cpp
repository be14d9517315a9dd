// SPDX-License-Identifier: Apache-2.0
#include "pipeline/local/base_network.hpp"

#include <fmt/format.h>

#include "graph/onnx.hpp"
#include "pipeline/local/networks.hpp"
#include "pipeline/local/recipe_space.hpp"

namespace nac::fw {

BaseNetwork base_network(const LocalInputs &in, const LocalContext &context, uint64_t trial) {
  BaseNetwork base;
  base.trial = trial;
  const CompressionStage &stage = in.experiment.compression;
  Recipe recipe = stage.base;
  const auto tuned = best_recipe(in.study.tune_rows(), trial, in.task.info().metrics.front());
  std::string bytes;
  if (tuned) {
    bytes = in.study.artifact(tuned->model);
    const TuneStage tune = in.experiment.tune.value_or(default_tune(stage.base));
    const Space space = recipe_space(tune);
    recipe = recipe_at(tune, Point::from_json(space, tuned->point));
  } else {
    bytes = in.study.model(trial);
  }
  recipe = stage.train.over(recipe);
  base.recipe = recipe;
  base.model = in.study.store_artifact(bytes);
  base.graph = from_onnx(bytes, fmt::format("the model of trial {}", trial)).graph;
  std::map<std::string, std::string> settings = settings_of("compression.train", recipe);
  settings["the weights that it started from"] = base.model;
  record_settings(in.study, fmt::format("compression of trial {}", trial), settings);
  base.metrics =
      score(base.graph, "validation", *context.splits.validation(), context.task, context.engine, context.predict());
  base.teacher = std::make_unique<Teacher>(context, base.graph);
  return base;
}

}  // namespace nac::fw

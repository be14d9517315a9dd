// SPDX-License-Identifier: Apache-2.0
#include "pipeline/local/unit_training.hpp"

#include "graph/onnx.hpp"
#include "pipeline/weights.hpp"

namespace nac::fw {

Recipe unit_recipe(Recipe recipe, const UnitState &unit) {
  recipe.epochs = unit.train_epochs;
  if (unit.rewind == Rewind::none) {
    recipe.learning_rate /= 10;
    recipe.schedule = Schedule::constant;
  }
  return recipe;
}

int early_epoch(int epochs) { return (epochs + 19) / 20; }

Graph unit_start(const Study &study, Graph model, const UnitState &unit) {
  if (unit.rewind == Rewind::weights && !unit.early.empty())
    take_same(model, from_onnx(study.artifact(unit.early), "the early weights of a chain").graph);
  return model;
}

Measurement measure(const LocalContext &context, const Graph &model) {
  Measurement m;
  m.task = score(model, "validation", *context.splits.validation(), context.task, context.engine, context.predict());
  m.metrics = named_metrics(context.task.info(), m.task);
  BuiltCost built = built_cost(model, context.bops);
  m.metrics["bops"] = built.cost.bops;
  m.metrics["parameters"] = static_cast<double>(built.cost.parameters);
  m.metrics["macs"] = static_cast<double>(built.cost.macs);
  m.metrics["sparsity"] = built.sparsity;
  m.metrics["weight_bits"] = built.cost.weight_bits;
  m.metrics["activation_bits"] = built.cost.activation_bits;
  m.deployed = std::move(built.deployed);
  return m;
}

}  // namespace nac::fw

// SPDX-License-Identifier: Apache-2.0
#include "pipeline/predict.hpp"

#include <fmt/format.h>

#include "fixed/deploy.hpp"
#include "fixed/integer_model.hpp"
#include "services/arena.hpp"

namespace nac::fw {

std::vector<Tensor> predict(const Graph &graph, const std::vector<Tensor> &inputs, Engine &engine,
                            const PredictOptions &options) {
  if (is_quantized(graph)) return IntegerModel(deploy(graph)).run(inputs, arena_loop);
  return engine.forward(graph, inputs, options.batch_size, options.device);
}

std::vector<double> score(const Graph &graph, const std::string &split, const Samples &samples, const TaskPort &task,
                          Engine &engine, const PredictOptions &options) {
  const std::vector<double> values =
      task.metrics(split, predict(graph, samples.inputs, engine, options), samples.targets);
  if (values.size() != task.info().metrics.size())
    throw Error(
        fmt::format("task {} gave {} metrics, it declares {}", task.id(), values.size(), task.info().metrics.size()));
  return values;
}

BuiltCost built_cost(const Graph &graph, BopsOptions bops) {
  bops.weight_bits = bops.activation_bits = 32;
  BuiltCost built;
  const Graph deployed = deploy(graph);
  built.sparsity = sparsity_of(deployed);
  built.deployed = remove_dead_units(deployed);
  built.cost = cost_of(built.deployed, bops);
  return built;
}

std::map<std::string, double> costs_as_built(const Graph &graph, BopsOptions bops) {
  const Cost cost = built_cost(graph, bops).cost;
  return {{"bops", cost.bops},
          {"parameters", static_cast<double>(cost.parameters)},
          {"macs", static_cast<double>(cost.macs)}};
}

}  // namespace nac::fw

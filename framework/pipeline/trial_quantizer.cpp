// SPDX-License-Identifier: Apache-2.0
#include "pipeline/trial_quantizer.hpp"

#include <fmt/format.h>

#include "fixed/deploy.hpp"
#include "pipeline/searched_parameters.hpp"

namespace nac::fw {

TrialQuantizer::TrialQuantizer(Parts parts)
    : parts_(std::move(parts)), observer_(parts_.task, parts_.engine, parts_.splits, parts_.bops, parts_.predict) {}

/// The steps of the pass, as those of a chain without trainings.
Graph TrialQuantizer::quantized(const Graph &trained, std::vector<double> metrics, const std::string &point,
                                uint64_t seed) const {
  const std::string &name = parts_.stage.choice.plugin;
  CompressProxy::Setup setup;
  setup.metric_count = static_cast<uint32_t>(metrics.size());
  setup.seed = seed;
  setup.observer = &observer_;
  const std::unique_ptr<CompressPort> pass = parts_.make_pass({name, parameters_at(parts_.stage, point)}, setup);
  Graph model = trained, before;
  std::vector<double> metrics_before;
  for (bool can_undo = false;;) {
    Graph next = model;
    const CompressStep step = pass->step(next, metrics);
    if (step.undo) {
      if (!can_undo) throw Error(fmt::format("pass {} takes a change back that it has not made", name));
      model = before;
      metrics = metrics_before;
      can_undo = false;
      continue;
    }
    if (step.finished) return next;
    if (step.train_epochs > 0)
      throw UnfitPass(
          fmt::format("[search.quantize]: {} asks for {} epochs of training, but in a search it can only calibrate: "
                      "set its epochs to 0, or run it in [[compress]] after a search in float",
                      name, step.train_epochs));
    before = std::move(model);
    metrics_before = metrics;
    model = std::move(next);
    metrics = observer_.metrics(model);
    can_undo = true;
  }
}

TrialQuantizer::Result TrialQuantizer::run(const Graph &trained, std::vector<double> metrics, const std::string &point,
                                           uint64_t seed) const {
  Result result;
  result.model = quantized(trained, std::move(metrics), point, seed);
  if (!is_quantized(result.model))
    throw Error(fmt::format("[search.quantize]: {} left the network in float", parts_.stage.choice.plugin));
  result.metrics = observer_.metrics(result.model);
  result.costs = costs_as_built(result.model, parts_.bops);
  return result;
}

}  // namespace nac::fw

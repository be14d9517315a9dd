// SPDX-License-Identifier: Apache-2.0
#include "pipeline/local/run_local.hpp"

#include <fmt/format.h>

#include "pipeline/local/chains.hpp"

namespace nac::fw {
namespace {

std::string failed_text(uint64_t failed) { return failed > 0 ? fmt::format(", {} failed", failed) : ""; }

bool tune(const LocalInputs &in, LocalOutcome &outcome) {
  const TuneStage &stage = *in.experiment.tune;
  in.observer.stage_started("tune",
                            fmt::format("{} recipes for each network by {}", stage.trials, stage.strategy.plugin));
  const TuneEnd end = run_tune(in);
  outcome.tune = end;
  in.observer.stage_finished("tune", fmt::format("{} trainings on {} networks{}{}", end.trainings, end.networks,
                                                 failed_text(end.failed), end.interrupted ? ", interrupted" : ""));
  return !end.interrupted;
}

bool compress(const LocalInputs &in, LocalOutcome &outcome) {
  std::string passes;
  for (const CompressPass &p : in.experiment.compress) passes += (passes.empty() ? "" : ", then ") + p.pass.plugin;
  in.observer.stage_started("compress",
                            fmt::format("{}; {} chains for each network", passes,
                                        expand_chains(in.experiment.compress, in.experiment.compression).size()));
  const CompressEnd end = run_compress(in);
  outcome.compress = end;
  in.observer.stage_finished(
      "compress", fmt::format("{} steps in {} chains on {} networks{}{}", end.units, end.chains, end.networks,
                              failed_text(end.failed), end.interrupted ? ", interrupted" : ""));
  return !end.interrupted;
}

bool choose(const LocalInputs &in, LocalOutcome &outcome) {
  const ChooseStage stage = in.experiment.choose.value_or(ChooseStage());
  in.observer.stage_started("choose",
                            fmt::format("by {}, {} retrainings of the pick", name_of(stage.rule), stage.seeds));
  const ChooseEnd end = run_choose(in);
  outcome.choose = end;
  std::string result = end.reason;
  if (end.pick)
    result = fmt::format(
        "trial {}, {} step {}: {}", end.pick->trial, end.pick->chain, end.pick->position,
        values_text(end.pick->metrics, {in.task.info().metrics.front().name, "bops", "sparsity", "weight_bits"}));
  if (end.interrupted) result = "interrupted";
  if (!end.reason.empty()) in.observer.warning(end.reason);
  in.observer.stage_finished("choose", result);
  return !end.interrupted;
}

bool hardware(const LocalInputs &in, LocalOutcome &outcome) {
  const HardwareStage &stage = *in.experiment.hardware;
  in.observer.stage_started(
      "hardware", fmt::format("projects by {}, each proven with {} vectors", stage.backend.plugin, stage.vectors));
  const HardwareEnd end = run_hardware(in);
  outcome.hardware = end;
  in.observer.stage_finished("hardware",
                             fmt::format("{} projects{}{}{}", end.rows.size(),
                                         end.known > 0 ? fmt::format(", {} of them from before", end.known) : "",
                                         failed_text(end.failed), end.interrupted ? ", interrupted" : ""));
  return !end.interrupted;
}

}  // namespace

const char *name_of(LocalStage stage) {
  switch (stage) {
    case LocalStage::tune: return "tune";
    case LocalStage::compress: return "compress";
    case LocalStage::choose: return "choose";
    case LocalStage::hardware: return "hardware";
  }
  return "";
}

std::vector<LocalStage> asked_stages(const Experiment &experiment) {
  std::vector<LocalStage> stages;
  if (experiment.tune) stages.push_back(LocalStage::tune);
  if (!experiment.compress.empty()) stages.push_back(LocalStage::compress);
  if (experiment.choose) stages.push_back(LocalStage::choose);
  // Without quantized networks [hardware] is there for the search's costs alone.
  const bool quantized = !experiment.compress.empty() || (experiment.search && experiment.search->quantize);
  if (experiment.hardware && quantized) stages.push_back(LocalStage::hardware);
  return stages;
}

bool run_local_stage(LocalStage stage, const LocalInputs &in, LocalOutcome &outcome) {
  if (stage != LocalStage::hardware && in.experiment.search && in.experiment.search->quantize)
    throw UsageError(
        fmt::format("'{}' works on networks in float, but those of this study are quantized by "
                    "[search.quantize]",
                    name_of(stage)));
  switch (stage) {
    case LocalStage::tune: return tune(in, outcome);
    case LocalStage::compress: return compress(in, outcome);
    case LocalStage::choose: return choose(in, outcome);
    case LocalStage::hardware: return hardware(in, outcome);
  }
  return true;
}

}  // namespace nac::fw

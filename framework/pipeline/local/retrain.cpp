// SPDX-License-Identifier: Apache-2.0
#include "pipeline/local/retrain.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "graph/onnx.hpp"
#include "pipeline/local/unit_failure.hpp"
#include "pipeline/streams.hpp"
#include "pipeline/weights.hpp"

namespace nac::fw {
namespace {

using nlohmann::json;

Retraining stored_one(const std::string &text) {
  Retraining r;
  r.known = true;
  try {
    const json entry = json::parse(text);
    r.reason = entry.at("reason").get<std::string>();
    r.model = entry.at("model").get<std::string>();
    for (const auto &[name, value] : entry.at("metrics").items())
      r.metrics[name] = value.is_number() ? value.get<double>() : std::nan("");
  } catch (const json::exception &e) {
    throw Error(fmt::format("a retraining in the study is damaged: {}", e.what()), NAC_DATA_LOSS);
  }
  return r;
}

LocalJob job_of(const LocalInputs &in, const BaseNetwork &base, const Study::CompressRow &row, const UnitState &unit,
                int seed) {
  LocalJob job;
  job.graph = from_onnx(in.study.artifact(row.model), "the pick").graph;
  take_same(job.graph, from_onnx(in.study.artifact(unit.before), "the model before the pick").graph);
  job.graph = unit_start(in.study, std::move(job.graph), unit);
  job.recipe = unit_recipe(base.recipe, unit);
  job.seed = stage_seed(in.experiment.seed, Purpose::choosing, row.trial, fmt::format("{} {}", row.chain, row.position),
                        static_cast<uint64_t>(seed));
  job.teacher = base.teacher.get();
  job.distillation = unit.distillation;
  return job;
}

}  // namespace

std::optional<UnitState> training_of(const Study &study, const Study::CompressRow &row) {
  std::optional<UnitState> found;
  for (const Study::CompressRow &other : study.compress_rows()) {
    if (other.trial != row.trial || other.chain != row.chain || other.position > row.position) continue;
    if (other.state != "measured") continue;
    const UnitState unit = UnitState::from_bytes(study.artifact(other.pass_state));
    if (unit.train_epochs > 0) found = unit;
  }
  return found;
}

Retraining retrain_unit(const LocalInputs &in, const LocalContext &context, const BaseNetwork &base,
                        const Study::CompressRow &row, const UnitState &unit, int seed, StageProgress &progress) {
  const std::string key = fmt::format("choose.retrained.{}.{}.{}.{}", row.trial, row.chain, row.position, seed);
  if (const auto stored = in.study.text(key)) return stored_one(*stored);
  Retraining r;
  std::string onnx;
  r.reason = failure_of([&] {
    const TrialWatch watch{[&](const Epoch &epoch) {
                             progress.epoch(row.trial, epoch);
                             return true;
                           },
                           [&] { return in.interrupts.load() > 1; }};
    const LocalResult trained = train_local(context, job_of(in, base, row, unit, seed), watch);
    r.abandoned = trained.abandoned;
    if (!trained.failure.empty()) throw Error(trained.failure);
    r.metrics = measure(context, trained.graph).metrics;
    auto metadata = context.metadata;
    metadata["nac.trial"] = std::to_string(row.trial);
    metadata["nac.chain"] = row.chain;
    metadata["nac.position"] = std::to_string(row.position);
    metadata["nac.retrained"] = std::to_string(seed);
    onnx = to_onnx(trained.graph, fmt::format("trial {}, chain {}, seed {}", row.trial, row.chain, seed), metadata);
  });
  if (r.abandoned) return r;
  if (r.reason.empty()) r.model = in.study.store_artifact(onnx);
  in.study.set_text(key, json({{"reason", r.reason}, {"model", r.model}, {"metrics", r.metrics}}).dump());
  progress.finished(
      fmt::format("trial {} {} seed {}: {}", row.trial, row.chain, seed,
                  r.reason.empty() ? values_text(r.metrics, {context.task.info().metrics.front().name}) : r.reason),
      !r.reason.empty());
  return r;
}

}  // namespace nac::fw

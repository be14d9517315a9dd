// SPDX-License-Identifier: Apache-2.0
//
// One unit of a chain: its training and measurement.
#include <fmt/format.h>

#include "graph/onnx.hpp"
#include "pipeline/local/chain_run.hpp"
#include "pipeline/local/unit_failure.hpp"
#include "pipeline/streams.hpp"

namespace nac::fw {

ChainRun::Row ChainRun::new_row(std::size_t pass) const {
  Row row;
  row.trial = base_.trial;
  row.chain = chain_.name;
  row.position = position_;
  row.pass = pass < chain_.passes.size() ? chain_.passes[pass].plugin : "";
  row.iteration = iteration_;
  return row;
}

std::map<std::string, std::string> ChainRun::metadata(const Row &row) const {
  std::map<std::string, std::string> metadata = parts_.context.metadata;
  metadata["nac.trial"] = std::to_string(row.trial);
  metadata["nac.chain"] = row.chain;
  metadata["nac.position"] = std::to_string(row.position);
  return metadata;
}

void ChainRun::train(const Next &next, Done &done, Graph &trained) {
  LocalJob job;
  job.graph = unit_start(parts_.in.study, next.model, next.unit);
  job.recipe = unit_recipe(base_.recipe, next.unit);
  job.seed = stage_seed(parts_.in.experiment.seed, Purpose::compressing, base_.trial, chain_.name,
                        static_cast<uint64_t>(position_));
  job.keep_epoch = early_.empty() ? early_epoch(job.recipe.epochs) : 0;
  job.teacher = base_.teacher.get();
  job.distillation = next.unit.distillation;
  const TrialWatch watch{[&](const Epoch &epoch) {
                           parts_.progress.epoch(base_.trial, epoch);
                           return true;
                         },
                         parts_.giving_up};
  const LocalResult result = train_local(parts_.context, job, watch);
  done.abandoned = result.abandoned;
  done.failure = result.failure;
  done.row.metrics["epochs"] = result.result.epochs;
  done.row.metrics["seconds"] = result.result.seconds;
  trained = result.graph;
  if (!result.kept || !result.failure.empty()) return;
  early_ = parts_.in.study.store_artifact(to_onnx(*result.kept, "early weights of a chain", metadata(done.row)));
  done.unit.early = early_;
}

ChainRun::Done ChainRun::perform(const Next &next) {
  Done done;
  done.unit = next.unit;
  done.row = new_row(next.unit.pass);
  done.row.metrics = {{"epochs", 0}, {"seconds", 0}};
  std::string model, deployed;
  const std::string failure = failure_of([&] {
    Graph trained = next.model;
    if (next.unit.train_epochs > 0) train(next, done, trained);
    if (done.abandoned || !done.failure.empty()) return;
    // What goes on is what is stored, to the last bit.
    model = to_onnx(trained, fmt::format("trial {}, chain {}", base_.trial, chain_.name), metadata(done.row));
    done.model.graph = from_onnx(model, "a model of the chain").graph;
    Measurement m = measure(parts_.context, done.model.graph);
    done.model.metrics = m.task;
    for (const auto &[name, value] : m.metrics) done.row.metrics[name] = value;
    auto notes = metadata(done.row);
    for (const auto &[name, value] : m.metrics) notes["nac.metric." + name] = fmt::format("{}", value);
    deployed = to_onnx(m.deployed, fmt::format("trial {}, chain {}, deployed", base_.trial, chain_.name), notes);
  });
  if (done.failure.empty()) done.failure = failure;
  if (done.abandoned || !done.failure.empty()) return done;
  done.row.model = done.model.artifact = parts_.in.study.store_artifact(model);
  done.row.deployed = parts_.in.study.store_artifact(deployed);
  return done;
}

/// Passes that found nothing to do leave one row that says so.
void ChainRun::commit_untouched() {
  Next next;
  next.model = current_.graph;
  next.unit.pass = chain_.passes.size() - 1;
  next.unit.pass_ended = true;
  next.unit.before = current_.artifact;
  Done done = perform(next);
  if (!done.failure.empty()) return commit_failure(done.failure);
  done.row.state = "measured";
  done.row.reason = "the passes changed nothing";
  commit(done, true);
}

}  // namespace nac::fw

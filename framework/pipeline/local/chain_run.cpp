// SPDX-License-Identifier: Apache-2.0
#include "pipeline/local/chain_run.hpp"

#include <fmt/format.h>

#include "graph/onnx.hpp"
#include "pipeline/local/unit_failure.hpp"
#include "pipeline/streams.hpp"
#include "pipeline/weights.hpp"

namespace nac::fw {
namespace {

constexpr const char *kMeasured = "measured", *kUndone = "undone", *kFailed = "failed";

}  // namespace

ChainRun::ChainRun(const Parts &parts, const BaseNetwork &base, const Chain &chain, const std::string &warm,
                   std::vector<Row> rows)
    : parts_(parts), base_(base), chain_(chain), warm_(warm), rows_(std::move(rows)) {}

bool ChainRun::run() {
  if (!rows_.empty() && rows_.back().last) return true;
  Next next;
  const std::string broken = failure_of([&] {
    if (rows_.empty())
      start();
    else
      restore();
    next = advance();
    if (next.kind == Next::Kind::undo)
      throw Error(fmt::format("pass {} takes a training back that there was none of", chain_.passes[pass_].plugin));
  });
  if (!broken.empty()) {
    commit_failure(broken);
    return true;
  }
  while (next.kind == Next::Kind::unit) {
    if (parts_.stopping()) return false;
    Done done = perform(next);
    if (done.abandoned) return false;
    if (!done.failure.empty()) {
      commit_failure(done.failure);
      return true;
    }
    std::string failure;
    next = judge(done, failure);
    commit(done, failure.empty() && next.kind == Next::Kind::end);
    if (failure.empty()) continue;
    commit_failure(failure);
    return true;
  }
  if (position_ == 0) commit_untouched();
  return true;
}

void ChainRun::start() {
  current_ = {base_.graph, base_.model, base_.metrics};
  if (warm_.empty()) return;
  take_same(current_.graph, from_onnx(parts_.in.study.artifact(warm_), "the weights of another chain").graph);
  // Whoever retrains the first unit starts from the same weights.
  const std::string bytes = to_onnx(current_.graph, "start of a chain");
  current_.artifact = parts_.in.study.store_artifact(bytes);
  current_.graph = from_onnx(bytes, "start of a chain").graph;
  current_.metrics = score(current_.graph, "validation", *parts_.context.splits.validation(), parts_.context.task,
                           parts_.context.engine, parts_.context.predict());
}

void ChainRun::restore() {
  const std::vector<MetricInfo> &infos = parts_.in.task.info().metrics;
  UnitState unit;
  std::string model;
  for (const Row &row : rows_) {
    unit = UnitState::from_bytes(parts_.in.study.artifact(row.pass_state));
    // An undone unit leaves the model that its step was given.
    if (model.empty()) model = unit.before;
    pass_ = unit.pass;
    iteration_ = row.iteration + 1;
    position_ = row.position + 1;
    early_ = unit.early;
    if (row.state != kMeasured) continue;
    model = row.model;
    current_.metrics.clear();
    for (const MetricInfo &m : infos) current_.metrics.push_back(row.metrics.at(m.name));
  }
  current_.artifact = model;
  current_.graph = from_onnx(parts_.in.study.artifact(model), "a model of the chain").graph;
  if (current_.metrics.empty())
    current_.metrics = score(current_.graph, "validation", *parts_.context.splits.validation(), parts_.context.task,
                             parts_.context.engine, parts_.context.predict());
  if (unit.pass_ended) {
    ++pass_;
    iteration_ = 0;
    return;
  }
  make_pass();
  port_->load(unit.plugin);
}

void ChainRun::make_pass() {
  CompressProxy::Setup setup;
  setup.metric_count = static_cast<uint32_t>(parts_.in.task.info().metrics.size());
  setup.seed = stage_seed(parts_.in.experiment.seed, Purpose::compressing, base_.trial, chain_.name + " pass", pass_);
  setup.observer = &parts_.observer;
  port_ = parts_.in.make_pass(chain_.passes.at(pass_), setup);
}

/// The next step that means work, of this pass or one after it.
ChainRun::Next ChainRun::advance() {
  for (; pass_ < chain_.passes.size(); ++pass_, iteration_ = 0, port_.reset()) {
    if (port_ == nullptr) make_pass();
    Next next;
    next.model = current_.graph;
    const CompressStep step = port_->step(next.model, current_.metrics);
    if (step.undo) {
      next.kind = Next::Kind::undo;
      return next;
    }
    // A pass may end with a last edit; without one its last unit stands.
    if (step.finished && to_onnx(next.model) == to_onnx(current_.graph)) continue;
    next.kind = Next::Kind::unit;
    next.unit.pass = pass_;
    next.unit.pass_ended = step.finished;
    next.unit.train_epochs = step.finished ? 0 : step.train_epochs;
    // Before the first training of a chain there is nothing to go back to.
    next.unit.rewind = step.rewind == Rewind::weights && early_.empty() ? Rewind::learning_rate : step.rewind;
    next.unit.distillation = {step.teacher_share, step.temperature};
    next.unit.early = early_;
    next.unit.before = current_.artifact;
    next.unit.plugin = port_->save();
    return next;
  }
  return {};
}

/// The pass's next step, which says what the last unit was worth.
ChainRun::Next ChainRun::judge(Done &done, std::string &failure) {
  done.row.state = kMeasured;
  const Model before = std::move(current_);
  current_ = done.model;
  ++iteration_;
  if (done.unit.pass_ended) {
    ++pass_;
    iteration_ = 0;
    port_.reset();
  }
  Next next;
  failure = failure_of([&] {
    next = advance();
    if (next.kind != Next::Kind::undo) return;
    if (pass_ != done.unit.pass || done.unit.pass_ended)
      throw Error(fmt::format("pass {} takes a training back that is not its own", chain_.passes[pass_].plugin));
    const std::string plugin = port_->save();
    done.row.state = kUndone;
    done.row.reason = fmt::format("{} took it back", chain_.passes[pass_].plugin);
    done.unit.plugin = plugin;
    current_ = before;
    next = advance();
    if (next.kind == Next::Kind::undo)
      throw Error(fmt::format("pass {} takes the same training back twice", chain_.passes[pass_].plugin));
  });
  return next;
}

void ChainRun::commit(Done &done, bool last) {
  done.row.last = last;
  done.row.pass_state = parts_.in.study.store_artifact(done.unit.to_bytes());
  parts_.in.study.add_compress_row(done.row);
  ++position_;
  tell(done.row);
}

void ChainRun::commit_failure(const std::string &reason) {
  Row row = new_row(pass_);
  row.state = kFailed;
  row.reason = reason;
  row.last = true;
  parts_.in.study.add_compress_row(row);
  tell(row);
}

void ChainRun::tell(const Row &row) {
  const std::string first = parts_.in.task.info().metrics.front().name;
  const std::string what = row.state == kFailed ? row.reason
                                                : values_text(row.metrics, {first, "bops", "sparsity"}) +
                                                      (row.state == kUndone ? ", taken back" : "");
  parts_.progress.finished(fmt::format("trial {} {} {} {}: {}", row.trial, row.chain, row.pass, row.iteration, what),
                           row.state == kFailed);
  if (row.position == 0 && parts_.first_unit) parts_.first_unit();
}

}  // namespace nac::fw

// SPDX-License-Identifier: Apache-2.0
#include "compress_qat/qat.hpp"

#include <cmath>

#include "compress_common/measure.hpp"
#include "compress_common/state_text.hpp"
#include "compress_qat/narrow.hpp"
#include "compress_qat/place.hpp"
#include "compress_qat/prepare.hpp"

namespace nac::compressing {
namespace {

constexpr double kTeacherShare = 0.5, kTemperature = 2;
/// How far beyond the loss budget a change may go before training brings it back.
constexpr double kUntrainedSlack = 4;
constexpr const char *kName = "org.nac.qat";

compress_step finished() {
  compress_step step;
  step.finished = true;
  return step;
}

}  // namespace

compress_step qat::step(graph_view &model, const std::vector<double> &metrics, const nac_call *call) {
  switch (now_.at) {
    case phase::place: return place(model);
    case phase::trained:
      if (!options_.mixed) return finished();
      now_.at = phase::narrowing;
      now_.reference = error_of(needed(setup_.watch, kName), metrics);
      now_.highest_error = now_.reference + options_.loss_budget * std::fabs(now_.reference);
      return narrow(model, metrics, call);
    case phase::narrowing: return narrow(model, metrics, call);
    case phase::ending: return finished();
  }
  return finished();
}

compress_step qat::train(uint32_t epochs) const {
  compress_step step;
  step.train_epochs = epochs;
  if (epochs == 0 || !options_.distills()) return step;
  step.teacher_share = kTeacherShare;
  step.temperature = kTemperature;
  return step;
}

compress_step qat::place(graph_view &model) {
  const bool had_some = remove_quantizers(model) > 0;
  if (options_.quantizes()) {
    remove_dead_nodes(model);
    make_exact(model);
    place_quantizers(model, needed(setup_.watch, kName), options_);
    model.check_graph();
  }
  now_.at = phase::trained;
  return train(options_.quantizes() || had_some ? options_.epochs : 0);
}

compress_step qat::narrow(graph_view &model, const std::vector<double> &metrics, const nac_call *call) {
  const observer &watch = needed(setup_.watch, kName);
  if (error_of(watch, metrics) > now_.highest_error) {
    host().info("narrowing ends: training did not bring the error back into the loss budget");
    now_.at = phase::ending;
    compress_step step;
    step.undo = true;
    return step;
  }
  const double untrained = now_.reference + kUntrainedSlack * (now_.highest_error - now_.reference);
  uint32_t changes = 0;
  for (; changes < options_.mixed_changes; ++changes) {
    if (call != nullptr && call->cancelled(call)) fail(NAC_CANCELLED, "cancelled while bits were taken away");
    const std::string change =
        narrow_one(model, watch, options_.mixed_epochs > 0 ? untrained : now_.highest_error, options_.per_channel);
    if (change.empty()) break;
    host().info(change);
  }
  return changes == 0 ? finished() : train(options_.mixed_epochs);
}

uint64_t qat::fingerprint() const { return mixed_hash(options_.fingerprint(), setup_.seed); }

std::string qat::save() {
  return state_writer(kName, fingerprint())
      .integer("phase", static_cast<int64_t>(now_.at))
      .number("reference", now_.reference)
      .number("highest_error", now_.highest_error)
      .finish();
}

void qat::load(const std::string &state) {
  state_reader reader(state, kName, fingerprint());
  progress loaded;
  loaded.at = static_cast<phase>(reader.integer("phase", 0, static_cast<int64_t>(phase::ending)));
  loaded.reference = reader.number("reference");
  loaded.highest_error = reader.number("highest_error");
  reader.finish();
  now_ = loaded;
}

}  // namespace nac::compressing

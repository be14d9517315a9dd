// SPDX-License-Identifier: Apache-2.0
#include "verify/compress_object.hpp"

#include <fmt/format.h>

#include "nac/cpp/rng.hpp"
#include "plugin/byte_stream.hpp"
#include "services/call.hpp"

namespace nac::fw::verify {

CompressObject::CompressObject(Subject &subject, uint64_t seed, const ModelObserver *observer) : seed_(seed) {
  subject.open();
  object_ = subject.create();
  if (!NAC_HAS(&api(), nac_compress_api, start) || api().start == nullptr) return;
  nac_compress_setup setup{};
  setup.struct_size = sizeof setup;
  setup.metric_count = 1;
  setup.seed = seed;
  setup.observer = to_abi(observer);
  ErrorBox error;
  error.must_succeed(api().start(self(), &setup, error.get()), "start");
}

nac_status CompressObject::step(Graph &model, const std::vector<double> &metrics, uint64_t number,
                                nac_compress_step &answer, ErrorBox &error) {
  answer = {};
  answer.struct_size = sizeof answer;
  const Call call(nac::stream_key(seed_, number));
  return api().step(self(), reinterpret_cast<nac_graph *>(&model), metrics.data(),
                    static_cast<uint32_t>(metrics.size()), &answer, call.get(), error.get());
}

std::string CompressObject::save() {
  StringSink sink(std::size_t{1} << 30);
  ErrorBox error;
  error.must_succeed(api().save(self(), sink.get(), error.get()), "save");
  return sink.bytes();
}

void CompressObject::save_into_full_sink(std::size_t capacity) {
  StringSink sink(capacity);
  ErrorBox error;
  error.must_fail(api().save(self(), sink.get(), error.get()),
                  fmt::format("save into a sink that is full after {} bytes", capacity));
}

nac_status CompressObject::load(const std::string &bytes, std::size_t piece, nac_error *err) {
  const StringSource source(bytes, piece);
  return api().load(self(), source.get(), err);
}

void CompressObject::load(const std::string &bytes, std::size_t piece) {
  ErrorBox error;
  error.must_succeed(load(bytes, piece, error.get()), fmt::format("load of {} bytes", bytes.size()));
}

ProbeChain::ProbeChain(Subject &subject, uint64_t seed)
    : seed_(seed), pass_(subject, seed, &observer_), model_(probe_model(seed)) {}

ProbeChain::ProbeChain(const ProbeChain &other, Subject &subject, std::size_t piece)
    : seed_(other.seed_),
      pass_(subject, other.seed_, &observer_),
      model_(other.model_),
      before_(other.before_),
      edited_(other.edited_),
      answer_(other.answer_),
      steps_(other.steps_),
      can_undo_(other.can_undo_),
      may_undo_(other.may_undo_) {
  pass_.load(const_cast<ProbeChain &>(other).pass_.save(), piece);
}

void ProbeChain::advance() {
  const std::string what = fmt::format("step {}", steps_);
  Graph given = model_;
  ErrorBox error;
  const nac_status status = pass_.step(model_, observer_.metrics(model_), steps_, answer_, error);
  error.check(what);
  if (status == NAC_UNSUPPORTED && error.has_message())
    throw Skipped(fmt::format("the pass does not do this model: {}", error.message()));
  error.must_succeed(status, what);
  edited_ = model_;
  ++steps_;
  may_undo_ = can_undo_;
  if (answer_.undo != 0 && can_undo_) {
    model_ = before_;
    can_undo_ = false;
    return;
  }
  before_ = std::move(given);
  can_undo_ = true;
  if (answer_.train_epochs > 0) pretend_training(model_, nac::stream_key(seed_, steps_));
}

}  // namespace nac::fw::verify

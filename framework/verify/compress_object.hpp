// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "graph/graph.hpp"
#include "nac/compress.h"
#include "services/model_observer.hpp"
#include "verify/probe_model.hpp"
#include "verify/subject.hpp"

namespace nac::fw::verify {

/// A compression pass under test. Members throw Failed naming the call.
class CompressObject {
 public:
  /// Opens the subject's library if nobody has, creates an object and starts it.
  CompressObject(Subject &subject, uint64_t seed, const ModelObserver *observer);

  void *self() const { return object_.self; }
  const nac_compress_api &api() const { return table<nac_compress_api>(object_); }
  void destroy() { Subject::destroy(object_); }

  nac_status step(Graph &model, const std::vector<double> &metrics, uint64_t number, nac_compress_step &answer,
                  ErrorBox &error);
  std::string save();
  void save_into_full_sink(std::size_t capacity);
  nac_status load(const std::string &bytes, std::size_t piece, nac_error *err);
  void load(const std::string &bytes, std::size_t piece);

 private:
  nac_object object_{};
  uint64_t seed_;
};

/// The host's side of one pass over probe_model(): steps, pretended trainings, undo.
class ProbeChain {
 public:
  ProbeChain(Subject &subject, uint64_t seed);
  /// As `other` stands, with a pass that loads its state in pieces of at most `piece` bytes.
  ProbeChain(const ProbeChain &other, Subject &subject, std::size_t piece);

  /// One step. Throws Skipped when the pass cannot do this kind of model (NAC_UNSUPPORTED), Failed when it fails.
  void advance();
  bool finished() const { return answer_.finished != 0; }
  uint64_t steps() const { return steps_; }
  bool may_undo() const { return may_undo_; }  ///< before the last advance
  const nac_compress_step &answer() const { return answer_; }
  const Graph &edited() const { return edited_; }  ///< as the pass left it, before training
  CompressObject &pass() { return pass_; }

 private:
  ProbeObserver observer_;
  uint64_t seed_;
  CompressObject pass_;
  Graph model_, before_, edited_;
  nac_compress_step answer_{};
  uint64_t steps_ = 0;
  bool can_undo_ = false, may_undo_ = false;
};

}  // namespace nac::fw::verify

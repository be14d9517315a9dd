// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>

#include "engine/engine.hpp"
#include "manifest/experiment.hpp"
#include "pipeline/local/ports.hpp"
#include "pipeline/observer.hpp"
#include "pipeline/ports.hpp"
#include "study/study.hpp"

namespace nac::fw {

struct SearchInputs {
  const Experiment &experiment;  ///< with a search stage
  const TaskPort &task;
  const SearchFactory &make_search;
  Engine &engine;
  Study &study;
  Observer &observer;
  const std::atomic<int> &interrupts;            ///< see run_experiment
  const BackendFactory *make_backend = nullptr;  ///< needed where the search measures costs of [hardware]
  const CompressFactory *make_pass = nullptr;    ///< needed with [search.quantize]
};
struct SearchEnd {
  bool interrupted = false;
  SearchStatus status;
};

/// The search stage. Trials 0 ... P-1 are the presets; the search proposes the others, which it knows as 0, 1, ...
/// Ask n comes after exactly the tells of trials <= n - lookahead (and of further ones, in order, while the search
/// answers NAC_AGAIN), so the order of calls depends on results alone, not on workers or timing. A study that has
/// trials already is replayed through the same calls first; it must ask for the same points again.
SearchEnd run_search(const SearchInputs &in);

}  // namespace nac::fw

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "pipeline/local/stage.hpp"

namespace nac::fw {

struct TuneEnd {
  bool interrupted = false;
  uint64_t networks = 0, trainings = 0, failed = 0;  ///< trainings of this run
};

/// The [tune] stage: for each network a search over recipes of its own, which minimizes the first metric. Ask n comes
/// after exactly the tells of recipes <= n - lookahead, as in run_search, so that results depend neither on workers nor
/// on interruptions. Every training starts from fresh weights. The model of the best recipe stays, the others' go.
TuneEnd run_tune(const LocalInputs &in);

}  // namespace nac::fw

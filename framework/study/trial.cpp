// SPDX-License-Identifier: Apache-2.0
#include "study/trial.hpp"

namespace nac::fw {

const char *name_of(TrialState state) {
  switch (state) {
    case TrialState::asked: return "asked";
    case TrialState::running: return "running";
    case TrialState::paused: return "paused";
    case TrialState::complete: return "complete";
    case TrialState::stopped: return "stopped";
    case TrialState::infeasible: return "infeasible";
    case TrialState::failed: return "failed";
  }
  return "unknown";
}

}  // namespace nac::fw

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "commands/load_experiment.hpp"
#include "study/study.hpp"

namespace nac::fw {

struct RunPresentation {
  bool json = false;
  bool quiet = false;
  bool verbose = false;
};

/// What `run` and `resume` share: Ctrl-C, progress, the run itself, and the table and next steps at its end. Returns
/// the exit code; 1 when it was interrupted.
int run_study(const LoadedExperiment &loaded, Study &study, const RunPresentation &presentation);

}  // namespace nac::fw

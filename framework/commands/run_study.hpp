// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "commands/load_experiment.hpp"
#include "pipeline/local/run_local.hpp"
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
/// The same for one stage after the search alone. The defaults of [tune] and [choose] hold where the manifest has none.
int run_stage_on(LocalStage stage, const LoadedExperiment &loaded, Study &study, const RunPresentation &presentation);

}  // namespace nac::fw

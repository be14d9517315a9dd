// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <vector>

#include "engine/engine.hpp"
#include "manifest/experiment.hpp"
#include "pipeline/local/run_local.hpp"
#include "pipeline/observer.hpp"
#include "pipeline/ports.hpp"
#include "pipeline/select.hpp"
#include "plugin/registry.hpp"
#include "report/report.hpp"
#include "study/study.hpp"

namespace nac::fw {

struct RunOutcome {
  bool interrupted = false;  ///< stopped on request: the study can be resumed, there is no new report
  SearchStatus status;
  std::vector<Trial> front;
  std::vector<ClassChoice> selected;
  LocalOutcome local;  ///< of the stages after the selection
  ReportFiles files;
};

/// search -> select -> tune -> compress -> choose -> hardware -> report, as far as the experiment asks for them and the
/// study does not have them yet. The study may be new or one to resume: then task, search, seed, training, data and
/// space must be those that it was started with (Error otherwise, naming the first difference), while other plugin
/// builds, devices or numbers of trials are warned about. `interrupts`: 0 go on, 1 finish the running trials and stop,
/// 2 or more give them up at their next epoch and stop. An Error (full disk, a plugin's defect in the search) also
/// leaves a study that can be resumed. `task` is the experiment's, opened by the caller, so that its data are read
/// once.
RunOutcome run_experiment(const Experiment &experiment, const Registry &registry, const TaskPort &task, Engine &engine,
                          Study &study, Observer &observer, const std::atomic<int> &interrupts);

/// What run_experiment takes from the registry.
struct RunParts {
  const TaskPort &task;
  SearchFactory make_search;
  std::vector<StudyPlugin> plugins;  ///< recorded in the study
  TunerFactory make_tuner;           ///< needed with [tune]
  CompressFactory make_pass;         ///< needed with [[compress]]
  BackendFactory make_backend = {};  ///< needed with [hardware]
};
RunOutcome run_experiment(const Experiment &experiment, const RunParts &parts, Engine &engine, Study &study,
                          Observer &observer, const std::atomic<int> &interrupts);

/// One stage alone, on a study whose search has ended, and the report again; the same rules hold.
RunOutcome run_stage(LocalStage stage, const Experiment &experiment, const Registry &registry, const TaskPort &task,
                     Engine &engine, Study &study, Observer &observer, const std::atomic<int> &interrupts);
RunOutcome run_stage(LocalStage stage, const Experiment &experiment, const RunParts &parts, Engine &engine,
                     Study &study, Observer &observer, const std::atomic<int> &interrupts);

}  // namespace nac::fw

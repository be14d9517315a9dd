// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <map>
#include <mutex>
#include <string>

#include "manifest/experiment.hpp"
#include "pipeline/local/ports.hpp"
#include "pipeline/local/training.hpp"
#include "pipeline/observer.hpp"
#include "study/study.hpp"

namespace nac::fw {

/// What the stages after the search work with.
struct LocalInputs {
  const Experiment &experiment;
  const TaskPort &task;
  const TunerFactory &make_tuner;
  const CompressFactory &make_pass;
  Engine &engine;
  Study &study;
  Observer &observer;
  const std::atomic<int> &interrupts;            ///< see run_experiment
  const BackendFactory *make_backend = nullptr;  ///< needed with [hardware]
};
LocalContext local_context(const LocalInputs &in, SharedSplits &splits);

/// Counts the trainings of a stage and tells the observer, one at a time. Thread-safe.
class StageProgress {
 public:
  StageProgress(Observer &observer, const std::string &stage, uint64_t planned = 0) : observer_(observer) {
    status_.stage = stage;
    status_.planned = planned;
  }
  void epoch(uint64_t trial, const Epoch &epoch);
  void finished(const std::string &text, bool failed);
  void warning(const std::string &text);
  StageStatus status() const;

 private:
  mutable std::mutex mutex_;
  Observer &observer_;
  StageStatus status_;
};

/// "accuracy 0.712, bops 3.2e+04": the values of those names that there are.
std::string values_text(const std::map<std::string, double> &metrics, const std::vector<std::string> &names);

/// What decides the results of a stage is written down when it begins, and compared when it goes on: Error with the
/// first difference. `settings`: by manifest key.
void record_settings(Study &study, const std::string &stage, const std::map<std::string, std::string> &settings);
/// The keys of a recipe, for that.
std::map<std::string, std::string> settings_of(const std::string &table, const Recipe &recipe);

}  // namespace nac::fw

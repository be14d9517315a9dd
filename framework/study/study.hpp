// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "study/trial.hpp"

namespace nac::fw {

/// What a study was started with. resume() compares.
struct StudyPlugin {
  std::string id, version, path, sha256;
};

/// A study folder: study.sqlite (WAL) and artifacts/<sha256>. One writer process: opening a second time for writing
/// fails with the pid of the first. Every change is committed before the function returns: it survives kill -9 at once,
/// and texts, plugins, artifacts and ended trials a loss of power too (asked, running and told are found again by
/// replaying the search). Thread-safe.
/// All failures (disk full, read-only folder, corrupted file, foreign version) are Errors naming the path.
class Study {
 public:
  enum class Mode { create, resume, read };
  static std::unique_ptr<Study> open(const std::filesystem::path &folder, Mode mode);
  static bool exists(const std::filesystem::path &folder);
  ~Study();

  const std::filesystem::path &folder() const;

  void set_text(const std::string &key, const std::string &value);  ///< "manifest", "space", "objectives", ...
  std::optional<std::string> text(const std::string &key) const;
  void set_plugins(const std::vector<StudyPlugin> &plugins);
  std::vector<StudyPlugin> plugins() const;

  void add_trial(const Trial &trial);     ///< number must be new
  void update_trial(const Trial &trial);  ///< also records the transition with its time
  std::vector<Trial> trials() const;      ///< by number
  std::optional<Trial> trial(uint64_t number) const;

  struct Transition {
    uint64_t trial = 0;
    TrialState state = TrialState::asked;
    double unix_time = 0;  ///< seconds
  };
  std::vector<Transition> transitions() const;  ///< of all trials, in the order in which they were committed

  struct EpochRow {
    uint64_t trial = 0;
    int epoch = 0;
    double learning_rate = 0, train_loss = 0, validation_loss = 0;
    std::vector<double> metrics;
  };
  void add_epochs(uint64_t trial, const std::vector<EpochRow> &epochs);        ///< replaces what the trial had
  void finish_trial(const Trial &trial, const std::vector<EpochRow> &epochs);  ///< both of the above in one commit
  std::vector<EpochRow> epochs(uint64_t trial) const;

  /// Trials in the order in which they were told to the search.
  void record_tell(uint64_t trial);
  std::vector<uint64_t> tells() const;

  std::string store_artifact(const std::string &bytes);  ///< returns the content hash; durable
  std::string artifact(const std::string &hash) const;   ///< checks the hash
  /// The ONNX bytes of a trial, or of the trial it duplicates. Throws Error for a trial that is unknown or has no
  /// network, saying why there is none.
  std::string model(uint64_t trial) const;
  std::filesystem::path artifact_path(const std::string &hash) const;

 private:
  Study();
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace nac::fw

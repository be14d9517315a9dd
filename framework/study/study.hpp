// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <map>
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
  void add_epochs(uint64_t trial, const std::vector<EpochRow> &epochs);  ///< replaces what the trial had
  std::vector<EpochRow> epochs(uint64_t trial) const;

  /// A trial at a rung of a search with fidelity.
  struct RungRow {
    uint64_t trial = 0;
    int rung = 0, epoch = 0;         ///< both from 1; the epoch at which the training was paused or had ended
    std::vector<double> objectives;  ///< reached until then, minimized
    std::string decision;            ///< "continue", "stop", or "" while it waits for earlier trials
    std::string note;                ///< "rank 2 of 7 in its cost class"
    std::string checkpoint, model;   ///< artifacts; "" where the training had ended before
  };
  /// One training of a trial with its own seed, where a trial has several.
  struct ResultRow {
    uint64_t trial = 0;
    int repeat = 0;      ///< 0: the seed of the trial itself
    std::string reason;  ///< of a failure; then there are no metrics
    std::map<std::string, double> metrics;
    std::string model;
  };
  /// Everything that a step of a training changes, in one commit. Rows of rungs and results replace those there are.
  struct Step {
    Trial trial;
    std::vector<EpochRow> epochs;  ///< empty: those there are stay
    std::vector<RungRow> rungs;
    std::vector<ResultRow> results;
  };
  void commit(const Step &step);
  void add_rung(const RungRow &row);
  void add_result(const ResultRow &row);
  std::vector<RungRow> rungs() const;      ///< by trial and rung
  std::vector<ResultRow> results() const;  ///< by trial and repeat

  /// One training of recipe number `number` for the network of a trial (`nac tune`).
  struct TuneRow {
    uint64_t trial = 0, number = 0;
    std::string point;                      ///< JSON of the recipe's dimensions
    std::string state, reason;              ///< "asked", "complete" or "failed", and why
    std::map<std::string, double> metrics;  ///< of the task on validation, "seconds", "epochs", "best_epoch"
    std::string model;                      ///< artifact; kept for the best so far, else ""
  };
  void set_tune_row(const TuneRow &row);   ///< replaces the row of the same trial and number
  std::vector<TuneRow> tune_rows() const;  ///< by trial and number

  /// A measured step of a chain of compression passes on one trial's network: the unit of work that is never lost.
  struct CompressRow {
    uint64_t trial = 0;
    std::string chain;   ///< JSON of what tells this chain from the trial's others, {"bits": 8}
    int position = 0;    ///< from 0, in the chain
    std::string pass;    ///< short name of the plugin whose step this is
    int iteration = 0;   ///< from 0, of that pass
    std::string state;   ///< "measured", "undone" (the pass took it back) or "failed"
    std::string reason;  ///< of the latter two; also why a chain ended here
    bool last = false;   ///< the chain has ended
    /// Of the task on validation; "bops", "parameters", "macs", "sparsity" (share of weights that are zero, biases left
    /// out), "weight_bits", "activation_bits" (the widths most layers have; 32: float), "epochs", "seconds".
    std::map<std::string, double> metrics;
    std::string model;       ///< artifact: ONNX of the training form
    std::string deployed;    ///< artifact: ONNX of the deployed form
    std::string pass_state;  ///< artifact: what the pass saved
  };
  void add_compress_row(const CompressRow &row);   ///< trial, chain and position must be new
  std::vector<CompressRow> compress_rows() const;  ///< by trial, chain, position

  /// What a backend says of one quantity; NaN: not known.
  struct HardwareValue {
    std::string quantity, unit;  ///< "lut", ""
    double estimate = 0, low = 0, high = 0;
    double report = 0;  ///< of the vendor's tools
  };
  /// A network as a hardware project that was proven to compute the network's integers.
  struct HardwareRow {
    std::string name;        ///< "chosen", "trial-3"
    std::string network;     ///< "trial 3, {\"bits\":4} step 5"
    std::string backend;     ///< id
    std::string parameters;  ///< JSON object of those that were given
    std::string model;       ///< SHA-256 of the ONNX of what was built
    std::string folder;      ///< of the project; relative ones start at the study's
    uint64_t vectors = 0, differences = 0;
    std::vector<HardwareValue> values;  ///< in the order of the backend
  };
  /// Replaces the row of the same backend, parameters and model, and others of the same folder.
  void set_hardware_row(const HardwareRow &row);
  std::vector<HardwareRow> hardware_rows() const;  ///< by name; none in a study of schema 3

  /// Trials in the order in which they were told to the search.
  void record_tell(uint64_t trial);
  std::vector<uint64_t> tells() const;

  std::string store_artifact(const std::string &bytes);  ///< returns the content hash; durable
  std::string artifact(const std::string &hash) const;   ///< checks the hash
  void remove_artifact(const std::string &hash);         ///< nothing may refer to it any more; absent: nothing to do
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

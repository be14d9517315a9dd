// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace nac::fw {

/// asked -> running -> one of the finished states, by way of paused (at a rung) and running again in a search with
/// fidelity. Only finished trials are ever told to the search. stopped: measured, but ended at a rung because others
/// were better.
enum class TrialState { asked, running, paused, complete, stopped, infeasible, failed };
inline constexpr TrialState kTrialStates[] = {TrialState::asked,    TrialState::running, TrialState::paused,
                                              TrialState::complete, TrialState::stopped, TrialState::infeasible,
                                              TrialState::failed};
const char *name_of(TrialState state);

struct Trial {
  uint64_t number = 0;
  TrialState state = TrialState::asked;
  std::string point;                      ///< JSON of the active dimensions; presets: ""
  std::string preset;                     ///< name, when the trial is a preset instead of a point
  uint64_t told_before = 0;               ///< how many trials had been told when it was asked
  std::string hash;                       ///< canonical hash of the graph
  int64_t duplicate_of = -1;              ///< an earlier trial with the same graph, whose results were copied
  std::string architecture;               ///< one readable line
  std::string reason;                     ///< infeasible, failed and stopped: why
  std::map<std::string, double> metrics;  ///< task metrics on validation, "bops", "parameters", "macs", "seconds"...
  std::vector<double> objectives;         ///< minimized, in the order of the study; measured trials only
  bool feasible = true;                   ///< all constraints hold
  std::string model;                      ///< content hash of its ONNX artifact, "" if none
  bool measured() const { return state == TrialState::complete || state == TrialState::stopped; }
  bool finished() const { return measured() || state == TrialState::infeasible || state == TrialState::failed; }
};

}  // namespace nac::fw

// SPDX-License-Identifier: Apache-2.0
//
// From a trained network to a hardware project that is proven to compute its integers.
#pragma once
#include <atomic>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/engine.hpp"
#include "pipeline/hardware/trace.hpp"
#include "pipeline/ports.hpp"
#include "study/study.hpp"

namespace nac::fw {

struct SynthesisJob {
  std::string name;                               ///< "chosen", "trial-3", stem of a file
  std::string network;                            ///< for people
  Graph model;                                    ///< training or deployed form
  std::vector<Tensor> real;                       ///< inputs of a data set; empty: there are none
  std::map<std::string, ConfigValue> parameters;  ///< that the backend was made with
  std::filesystem::path folder;                   ///< of the project
  bool force = false;                             ///< replace a project of ours
  bool build = false;                             ///< run the vendor's tools
  uint64_t vectors = 5000;
};

struct SynthesisHooks {
  std::function<void(const std::string &)> say;                              ///< one line for each step
  std::function<void(const std::vector<Study::HardwareValue> &)> estimated;  ///< before anything is written
  const std::atomic<bool> *cancel = nullptr;
};

struct Synthesis {
  Study::HardwareRow row;  ///< differences > 0: no project was written
  std::optional<Difference> first;
  std::optional<LayerDifference> layer;
  std::string trace_failure;  ///< why the layer is not known
  std::string build_failure;  ///< why the vendor's tools gave no values; the project is there
  std::vector<std::string> warnings;
};

/// What differs, how much, and in which layer; of a synthesis that was not proven.
std::string difference_text(const Synthesis &synthesis);

/// Vectors that go into the project's own test.
inline constexpr int64_t kMostTestbenchVectors = 1000;

/// Deploys the network, asks the backend whether it can build every node and what that costs, writes the project beside
/// its place, runs the vectors by integers, by the engine's forward of the training form and by the backend's
/// simulation, and puts the project in its place if all agree to the last bit. Where they do not, the layer is looked
/// for. Throws Error (UsageError for a folder that is taken and a network without quantizers); then nothing is written.
Synthesis synthesize(const SynthesisJob &job, BackendPort &backend, Engine &engine, const SynthesisHooks &hooks = {});

}  // namespace nac::fw

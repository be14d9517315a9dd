// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "pipeline/local/stage.hpp"

namespace nac::fw {

struct HardwareEnd {
  bool interrupted = false;
  uint64_t failed = 0, known = 0;        ///< known: built by an earlier run
  std::vector<Study::HardwareRow> rows;  ///< of every network that has a project
  std::string reason;                    ///< why there was nothing to build
};

/// A quantized network that becomes a project.
struct HardwareTarget {
  std::string name;     ///< of its folder: "chosen", "trial-3"
  std::string network;  ///< for people
  uint64_t trial = 0;
  std::string model;  ///< ONNX, training form
};
/// The networks that [hardware] asks for: what was chosen, or the best quantized point of each of its candidates, by
/// the rule of [choose] (its defaults where there is none). With [search.quantize] the candidates themselves, without
/// such those of the size classes or the best of the front. `missing`: candidates without such a point, in words.
std::vector<HardwareTarget> hardware_targets(const LocalInputs &in, std::vector<std::string> &missing);

/// A project in <study>/hardware/<name> for each of them, proven, with a row in the study; what the study has already,
/// of the same network and parameters, is left as it is. A network that fails says why; the others go on.
HardwareEnd run_hardware(const LocalInputs &in);

}  // namespace nac::fw

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "bragg/architecture.hpp"

namespace nac::bragg {

/// A published network.
struct preset {
  std::string name;
  std::string summary;     ///< what it is and where it was published
  int64_t parameters = 0;  ///< as published, or as counted from the published weights
  architecture network;
};

/// All presets, in the order in which they are listed.
const std::vector<preset> &presets();
/// Throws NAC_NOT_FOUND naming those there are.
const preset &find_preset(const std::string &name);

}  // namespace nac::bragg

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

namespace nac::fw {

/// What a manifest's `engine` says.
enum class EngineChoice {
  automatic,  ///< the fused engine for graphs it has a plan for, LibTorch for others
  fused,
  torch,
};

inline constexpr const char *kEngineChoices = "auto, fused or torch";

const char *name_of(EngineChoice choice);
bool parse(const std::string &text, EngineChoice &out);

}  // namespace nac::fw

// SPDX-License-Identifier: Apache-2.0
#include "engine/choice.hpp"

namespace nac::fw {

const char *name_of(EngineChoice choice) {
  switch (choice) {
    case EngineChoice::fused: return "fused";
    case EngineChoice::torch: return "torch";
    default: return "auto";
  }
}

bool parse(const std::string &text, EngineChoice &out) {
  for (const EngineChoice choice : {EngineChoice::automatic, EngineChoice::fused, EngineChoice::torch}) {
    if (text != name_of(choice)) continue;
    out = choice;
    return true;
  }
  return false;
}

}  // namespace nac::fw

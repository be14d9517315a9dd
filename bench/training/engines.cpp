// SPDX-License-Identifier: Apache-2.0
#include "engines.hpp"

#include "base/error.hpp"
#include "fused/fused_engine.hpp"

namespace nac::fw::training {

Engine &engine_named(const std::string &name) {
  if (name == "torch") return torch_engine();
  if (name != "fused") throw UsageError("engine '" + name + "'; accepted: torch, fused");
  return fused_engine();
}

}  // namespace nac::fw::training

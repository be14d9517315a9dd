// SPDX-License-Identifier: Apache-2.0
#include "engines.hpp"

#include "base/error.hpp"
#if __has_include("fused/fused_engine.hpp")
#include "fused/fused_engine.hpp"
#define NAC_HAS_FUSED 1
#endif

namespace nac::fw::training {

Engine &engine_named(const std::string &name) {
  if (name == "torch") return torch_engine();
  if (name != "fused") throw UsageError("engine '" + name + "'; accepted: torch, fused");
#ifdef NAC_HAS_FUSED
  return fused_engine();
#else
  throw UsageError("this build has no fused engine");
#endif
}

}  // namespace nac::fw::training

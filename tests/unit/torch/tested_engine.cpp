// SPDX-License-Identifier: Apache-2.0
#include "tested_engine.hpp"

#include <cstdlib>
#include <stdexcept>
#include <string>

#include "fused/fused_engine.hpp"

namespace test {

bool torch_is_tested() {
  const char *name = std::getenv("NAC_TEST_ENGINE");
  const std::string engine = name != nullptr ? name : "torch";
  if (engine != "torch" && engine != "fused")
    throw std::runtime_error("NAC_TEST_ENGINE=" + engine + "; accepted: torch, fused");
  return engine == "torch";
}

nac::fw::Engine &tested_engine() {
  return torch_is_tested() ? nac::fw::torch_engine() : static_cast<nac::fw::Engine &>(nac::fw::fused_engine());
}

}  // namespace test

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "engine/engine.hpp"

namespace test {

/// The engine that this run of the tests is of: NAC_TEST_ENGINE = torch (without it) or fused.
nac::fw::Engine &tested_engine();
/// Whether that one is LibTorch, for what only it can do.
bool torch_is_tested();

}  // namespace test

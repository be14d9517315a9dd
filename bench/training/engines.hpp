// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "engine/engine.hpp"

namespace nac::fw::training {

/// "torch" or "fused". Throws UsageError for another name.
Engine &engine_named(const std::string &name);

}  // namespace nac::fw::training

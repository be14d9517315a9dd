// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "engine/engine.hpp"

namespace nac::fw::training {

/// "torch" or "fused". Throws UsageError for another name and for an engine that this build lacks.
Engine &engine_named(const std::string &name);

}  // namespace nac::fw::training

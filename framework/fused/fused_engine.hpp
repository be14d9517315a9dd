// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "engine/planned_engine.hpp"

namespace nac::fw {

/// The engine for small networks on CPUs. One per process; the first call finds out what the machine can do.
PlannedEngine &fused_engine();

}  // namespace nac::fw

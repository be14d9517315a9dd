// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "manifest/stages.hpp"
#include "pipeline/ports.hpp"

namespace nac::fw {

/// The task with the dimensions of [hardware.search] behind its own; its build() sees only its own. Null: there are
/// none. `task` must outlive it.
std::unique_ptr<TaskPort> searched_task(const TaskPort &task, const std::optional<HardwareStage> &hardware);

}  // namespace nac::fw

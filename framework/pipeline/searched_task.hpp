// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "manifest/experiment.hpp"
#include "pipeline/ports.hpp"

namespace nac::fw {

/// The task with the dimensions of [hardware.search], then those of [search.quantize] behind its own; its build() sees
/// only its own. Null: there are none. `task` must outlive it.
std::unique_ptr<TaskPort> searched_task(const TaskPort &task, const Experiment &experiment);

}  // namespace nac::fw

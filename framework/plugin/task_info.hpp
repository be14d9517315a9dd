// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "nac/task.h"
#include "plugin/task_proxy.hpp"

namespace nac::fw {

/// Copies what a task says about itself; throws Error naming the entry that breaks a rule of nac/task.h.
TaskInfo read_task_info(const nac_task_info *raw);

}  // namespace nac::fw

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "nac/host.h"

namespace nac::fw {

/// nac.parallel/1 on oneTBB. Loops are isolated: a thread that waits in one runs only iterations of that loop, never
/// another plugin call that some outer loop has waiting.
const nac_parallel_service &parallel_service();

}  // namespace nac::fw

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "pipeline/local/stage.hpp"

namespace nac::fw {

struct CompressEnd {
  bool interrupted = false;
  uint64_t networks = 0, chains = 0;
  uint64_t units = 0, failed = 0;  ///< of this run
};

/// The passes of [[compress]] on each network: one chain for each combination of the parameters that have several
/// values. Chains run beside each other, units of a chain one after another; results depend on neither. See ChainRun
/// for what a killed run loses: at most the units that were under way.
CompressEnd run_compress(const LocalInputs &in);

}  // namespace nac::fw

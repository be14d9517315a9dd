// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>

#include "pipeline/ports.hpp"

namespace fakes {

/// What a fake backend does, for all that a factory makes.
struct BackendPlan {
  std::string wrong_value;  ///< the simulation is a step off in the first element of this value and of what follows
  std::string unsupported;  ///< an operator that it cannot build
  bool emit_fails = false, tools = false;
  double report = 0;  ///< lut of the vendor's reports
  std::atomic<int> made{0}, emitted{0}, estimated{0};
};

/// A backend that simulates by the integer evaluation. Quantities: "lut" (parameters over "reuse_factor", a parameter
/// of 1, 2 or 4; 3 is infeasible), "lut_percent", "latency_ns" (reuse_factor), and "dsp", which it does not know.
nac::fw::BackendFactory backend_factory(BackendPlan &plan);

}  // namespace fakes

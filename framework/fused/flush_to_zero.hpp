// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "services/fp_control.hpp"

namespace nac::fw::fused {

/// Moments of weights that are always 0 decay into numbers that many processors compute with slowly: such count as 0
/// while this lives. Around arithmetic only, never around what callers do.
class FlushToZero {
 public:
  FlushToZero() { set_fp_control(with_flush_to_zero(fp_control())); }

 private:
  FpScope scope_;
};

}  // namespace nac::fw::fused

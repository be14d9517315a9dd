// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "fused/kernels/targets.hpp"
// Highway reads the targets when it is included.
#include <hwy/targets.h>

#include <catch2/catch.hpp>

namespace nac::fw::fused {

/// Calls `check` once with every instruction set that kernels are compiled for and this machine has.
template <class Check>
void each_target(Check check) {
  struct Restore {
    ~Restore() { hwy::SetSupportedTargetsForTest(0); }
  } restore;
  for (int64_t target : hwy::SupportedAndGeneratedTargets()) {
    hwy::SetSupportedTargetsForTest(target);
    INFO("instructions of " << hwy::TargetName(target));
    check();
  }
}

}  // namespace nac::fw::fused

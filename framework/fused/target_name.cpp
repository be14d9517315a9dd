// SPDX-License-Identifier: Apache-2.0
#include "fused/target_name.hpp"

#include "fused/kernels/targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fused/target_name.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace nac::fw::fused {
namespace HWY_NAMESPACE {
int64_t this_target() { return HWY_TARGET; }
}  // namespace HWY_NAMESPACE
}  // namespace nac::fw::fused
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nac::fw::fused {
HWY_EXPORT(this_target);

std::string target_name() { return hwy::TargetName(HWY_DYNAMIC_DISPATCH(this_target)()); }

}  // namespace nac::fw::fused
#endif

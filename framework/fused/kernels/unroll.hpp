// SPDX-License-Identifier: Apache-2.0
#pragma once
// Before a loop over registers: arrays of vectors become registers only where such loops are unrolled.
#ifdef __clang__
#define NAC_UNROLL _Pragma("clang loop unroll(full)")
#else
#define NAC_UNROLL _Pragma("GCC unroll 16")
#endif

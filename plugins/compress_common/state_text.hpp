// SPDX-License-Identifier: Apache-2.0
//
// state_text.hpp: the saved state of a pass: named numbers in a fixed order behind a header that names the pass and its
// parameters, closed by a checksum. The reader trusts nothing: what is damaged is NAC_DATA_LOSS, what is whole but of
// another pass, version or parameter set NAC_INVALID_ARGUMENT.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace nac::compressing {

/// Order-dependent digest of parameters.
uint64_t mixed_hash(uint64_t hash, uint64_t value);
uint64_t mixed_hash(uint64_t hash, const std::string &text);
uint64_t mixed_hash(uint64_t hash, double value);

class state_writer {
 public:
  state_writer(const std::string &pass, uint64_t fingerprint);
  state_writer &integer(const char *name, int64_t value);
  state_writer &number(const char *name, double value);  ///< exact, also NaN and infinities
  std::string finish();                                  ///< call once, last

 private:
  std::string text_;
};

class state_reader {
 public:
  /// Checks header and checksum. `state` must outlive the reader.
  state_reader(const std::string &state, const std::string &pass, uint64_t fingerprint);
  int64_t integer(const char *name, int64_t lowest, int64_t highest);
  double number(const char *name);
  void finish() const;  ///< fails when something is left

 private:
  std::string_view value_of(const char *name);
  std::string_view rest_;
};

}  // namespace nac::compressing

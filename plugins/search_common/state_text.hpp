// SPDX-License-Identifier: Apache-2.0
//
// state_text.hpp: the saved state of a strategy: words and numbers in a fixed order behind a header that names format,
// strategy and fingerprint, closed by a checksum. The reader trusts nothing: every failure is NAC_DATA_LOSS (damaged)
// or NAC_INVALID_ARGUMENT (whole, but of another strategy, version, space, seed or parameters).
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace nac::searching {

class state_writer {
 public:
  state_writer(const std::string &strategy, uint64_t fingerprint);
  state_writer &word(std::string_view text);  ///< starts a new line
  state_writer &integer(uint64_t value);
  state_writer &number(double value);  ///< exact, also NaN and infinities
  state_writer &bits(uint64_t value);
  std::string finish();  ///< call once, last

 private:
  std::string text_;
};

class state_reader {
 public:
  /// Checks header and checksum. `state` must outlive the reader.
  state_reader(const std::string &state, const std::string &strategy, uint64_t fingerprint);
  void word(std::string_view expected);
  uint64_t integer(uint64_t maximum);
  /// Number of elements that follow; never more than the rest of the text could hold.
  std::size_t count();
  double number();
  uint64_t bits();
  void finish() const;  ///< fails when something is left

 private:
  std::string_view token();
  std::string_view rest_;
};

}  // namespace nac::searching

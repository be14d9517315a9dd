// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>

namespace nac::data_io {

/// 64-bit hash of a byte stream for checksums and fingerprints: the same on every machine of equal byte order, whatever
/// the sizes of the pieces. Not a cryptographic hash.
class hasher {
 public:
  explicit hasher(uint64_t seed = 0);
  hasher &bytes(const void *data, std::size_t size);
  /// The length goes in as well, so that ("ab", "c") and ("a", "bc") differ.
  hasher &text(const std::string &value);
  hasher &number(double value);
  hasher &integer(int64_t value);
  uint64_t value() const;
  std::string hex() const;  ///< value() as 16 lower-case hexadecimal digits

 private:
  void word(uint64_t w);
  uint64_t lanes_[4];
  uint64_t words_ = 0, size_ = 0;
  unsigned char tail_[8] = {};
};

}  // namespace nac::data_io

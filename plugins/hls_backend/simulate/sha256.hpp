// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace nac::hls {

/// FIPS 180-4.
class sha256 {
 public:
  sha256 &bytes(std::string_view data);
  /// The length goes in as well, so that ("ab", "c") and ("a", "bc") differ.
  sha256 &text(std::string_view data);
  /// 64 lower-case hexadecimal digits of what came in so far.
  std::string hex() const;

 private:
  void block(const unsigned char *data);
  std::array<uint32_t, 8> state_{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<unsigned char, 64> tail_{};
  uint64_t size_ = 0;
};

}  // namespace nac::hls

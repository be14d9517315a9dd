// SPDX-License-Identifier: Apache-2.0
#include "data_io/hash.hpp"

#include <bit>
#include <cstring>

#include "nac/cpp/rng.hpp"

namespace nac::data_io {

hasher::hasher(uint64_t seed) {
  for (uint64_t i = 0; i < 4; ++i) lanes_[i] = mix64(seed + i);
}

// Four independent lanes keep the multiplier busy: a single chain would wait for itself at every word.
void hasher::word(uint64_t w) {
  uint64_t &lane = lanes_[words_++ & 3];
  lane = std::rotl((lane ^ w) * 0x9E3779B97F4A7C15u, 29) * 0xBF58476D1CE4E5B9u;
}

hasher &hasher::bytes(const void *data, std::size_t size) {
  auto *p = static_cast<const unsigned char *>(data);
  std::size_t used = size_ % 8;
  size_ += size;
  uint64_t w = 0;
  if (used != 0) {
    while (used < 8 && size > 0) tail_[used++] = *p++, --size;
    if (used < 8) return *this;
    std::memcpy(&w, tail_, 8);
    word(w);
  }
  for (; size >= 8; p += 8, size -= 8) {
    std::memcpy(&w, p, 8);
    word(w);
  }
  if (size > 0) std::memcpy(tail_, p, size);
  return *this;
}

hasher &hasher::text(const std::string &value) {
  return integer(static_cast<int64_t>(value.size())).bytes(value.data(), value.size());
}
hasher &hasher::number(double value) { return integer(static_cast<int64_t>(std::bit_cast<uint64_t>(value))); }
hasher &hasher::integer(int64_t value) { return bytes(&value, sizeof value); }

uint64_t hasher::value() const {
  uint64_t last = 0;
  std::memcpy(&last, tail_, size_ % 8);
  uint64_t h = mix64(size_ ^ mix64(last));
  for (const uint64_t lane : lanes_) h = mix64(h ^ lane);
  return h;
}

std::string hasher::hex() const {
  static const char *const digits = "0123456789abcdef";
  std::string text(16, '0');
  uint64_t v = value();
  for (std::size_t i = 16; i-- > 0; v >>= 4) text[i] = digits[v & 15];
  return text;
}

}  // namespace nac::data_io

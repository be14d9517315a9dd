// SPDX-License-Identifier: Apache-2.0
//
// rng.hpp: random numbers that are the same with every compiler and standard library.
#pragma once
#include <cmath>
#include <cstdint>
#include <utility>

#include "../host.h"

namespace nac {

/// The finalizer of SplitMix64 (Steele, Lea, Flood 2014, "Fast splittable pseudorandom number generators").
inline uint64_t mix64(uint64_t x) {
  x += 0x9E3779B97F4A7C15u;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
  return x ^ (x >> 31);
}

/// Key of an independent stream: order matters, so {seed, trial, purpose} and {seed, purpose, trial} differ.
inline uint64_t stream_key(uint64_t seed) { return mix64(seed); }
template <class... Rest>
uint64_t stream_key(uint64_t seed, uint64_t next, Rest... rest) {
  return stream_key(mix64(seed) ^ mix64(next + 0x632BE59BD9B4E019u), rest...);
}

/// Counter-based generator: number i of key k depends on (k, i) only. Copy it to fork, store key and counter to resume.
class rng {
 public:
  explicit rng(uint64_t key = 0, uint64_t counter = 0) : key_(mix64(key)), counter_(counter) {}
  /// Draws from a call's stream instead of an own one.
  explicit rng(const nac_call *call) : call_(call) {}

  uint64_t bits() { return call_ != nullptr ? call_->random(call_) : mix64(key_ ^ mix64(counter_++)); }
  /// Uniform in [0, 1), 53 bits.
  double uniform() { return static_cast<double>(bits() >> 11) * 0x1.0p-53; }
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  /// Uniform in {0, ..., n-1} without bias, by rejection; n > 0.
  uint64_t below(uint64_t n) {
    for (;;) {
      const uint64_t x = bits();
      const uint64_t remainder = x % n;
      if (x - remainder <= UINT64_MAX - (n - 1)) return remainder;
    }
  }
  bool chance(double p) { return uniform() < p; }
  /// Standard normal by Box and Muller (1958); two uniforms each, nothing kept, so a counter alone restores it.
  double normal() {
    const double u = 1.0 - uniform();
    const double v = uniform();
    return std::sqrt(-2.0 * std::log(u)) * std::cos(6.283185307179586476925286766559 * v);
  }
  double normal(double mean, double sd) { return mean + sd * normal(); }
  template <class Container>
  void shuffle(Container &values) {
    for (uint64_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[below(i)]);
  }

  uint64_t counter() const { return counter_; }
  void set_counter(uint64_t counter) { counter_ = counter; }

 private:
  uint64_t key_ = 0;
  uint64_t counter_ = 0;
  const nac_call *call_ = nullptr;
};

}  // namespace nac

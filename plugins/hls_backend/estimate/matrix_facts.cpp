// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <bit>
#include <vector>

#include "hls_backend/estimate/layer_facts.hpp"

namespace nac::hls {
namespace {

constexpr int kKnown = 4096;

int digits_of(uint64_t magnitude) {
  // The non-zero digits of the non-adjacent form of n are the bits in which 3n and n differ.
  return std::popcount((magnitude + (magnitude << 1)) ^ magnitude);
}

std::array<uint8_t, kKnown> make_known() {
  std::array<uint8_t, kKnown> known{};
  for (int n = 0; n < kKnown; ++n) known[static_cast<std::size_t>(n)] = static_cast<uint8_t>(digits_of(uint64_t(n)));
  return known;
}
const std::array<uint8_t, kKnown> known_digits = make_known();

uint64_t magnitude_of(int64_t value) { return value < 0 ? 0 - static_cast<uint64_t>(value) : uint64_t(value); }

int digits_by_table(uint64_t magnitude) { return magnitude < kKnown ? known_digits[magnitude] : digits_of(magnitude); }

/// Remembers which values one input has met, without clearing between inputs.
class seen_values {
 public:
  bool first_time(int64_t value, int64_t input) {
    if (value > -kKnown && value < kKnown) {
      int64_t &last = last_[static_cast<std::size_t>(value + kKnown)];
      const bool first = last != input;
      last = input;
      return first;
    }
    wide_.push_back(value);
    return false;
  }
  /// Distinct ones of those beyond the table, of the current input.
  const std::vector<int64_t> &wide() {
    std::sort(wide_.begin(), wide_.end());
    wide_.erase(std::unique(wide_.begin(), wide_.end()), wide_.end());
    return wide_;
  }
  void next_input() { wide_.clear(); }

 private:
  std::vector<int64_t> last_ = std::vector<int64_t>(2 * kKnown, -1);
  std::vector<int64_t> wide_;
};

void count_product(matrix_facts *facts, int digits) {
  if (digits == 1) ++facts->shifts;
  if (digits == 2) ++facts->pairs;
  if (digits > 2) ++facts->multipliers;
}

}  // namespace

int signed_digits(int64_t value) { return digits_by_table(magnitude_of(value)); }

matrix_facts count_matrix(const int64_t *values, int64_t inputs, int64_t outputs, const int64_t *bias) {
  matrix_facts facts;
  facts.inputs = inputs;
  facts.outputs = outputs;
  std::vector<int64_t> terms(static_cast<std::size_t>(outputs), 0);
  seen_values seen;
  for (int64_t i = 0; i < inputs; ++i) {
    seen.next_input();
    for (int64_t o = 0; o < outputs; ++o) {
      const uint64_t magnitude = magnitude_of(values[i * outputs + o]);
      if (magnitude == 0) {
        ++facts.zeros;
        continue;
      }
      const int digits = digits_by_table(magnitude);
      facts.digits += digits;
      ++terms[static_cast<std::size_t>(o)];
      if (seen.first_time(values[i * outputs + o], i)) count_product(&facts, digits);
    }
    for (const int64_t value : seen.wide()) count_product(&facts, digits_of(magnitude_of(value)));
  }
  for (int64_t o = 0; o < outputs; ++o) {
    int64_t n = terms[static_cast<std::size_t>(o)];
    if (bias != nullptr && bias[o] != 0) ++n;
    if (n == 0) continue;
    ++facts.live_outputs;
    facts.additions += n - 1;
    facts.fan_in = std::max(facts.fan_in, n);
  }
  return facts;
}

}  // namespace nac::hls

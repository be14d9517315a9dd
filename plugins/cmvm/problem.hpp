// SPDX-License-Identifier: Apache-2.0
//
// problem.hpp: what is to be computed: y[o] = sum over i of x[i] * matrix[i][o], plus bias[o], all integers.
#pragma once
#include <cstdint>
#include <vector>

namespace nac::cmvm {

/// Both inclusive.
struct bounds {
  int64_t low = 0, high = 0;
  bool operator==(const bounds &) const = default;
};

struct problem {
  int64_t inputs = 0, outputs = 0;
  std::vector<int64_t> matrix;  ///< [inputs][outputs], row-major
  std::vector<bounds> range;    ///< of each input
  std::vector<int64_t> bias;    ///< of each output; empty: none

  int64_t at(int64_t in, int64_t out) const { return matrix[static_cast<std::size_t>(in * outputs + out)]; }
  int64_t bias_of(int64_t out) const { return bias.empty() ? 0 : bias[static_cast<std::size_t>(out)]; }
};

/// Throws failure: sizes that do not fit together, empty ranges (NAC_INVALID_ARGUMENT), sums beyond 62 bits
/// (NAC_UNSUPPORTED).
void check(const problem &p);

/// The definition: one product after the other.
std::vector<int64_t> multiply(const problem &p, const std::vector<int64_t> &x);

}  // namespace nac::cmvm

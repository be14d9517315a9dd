// SPDX-License-Identifier: Apache-2.0
#include "cmvm/problem.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "nac/cpp/error.hpp"

namespace nac::cmvm {

void check(const problem &p) {
  const auto size = [](const auto &v) { return static_cast<int64_t>(v.size()); };
  if (p.inputs < 0 || p.outputs < 0 || size(p.matrix) != p.inputs * p.outputs)
    invalid("constant matrix: " + std::to_string(p.matrix.size()) + " values do not make " + std::to_string(p.inputs) +
            " x " + std::to_string(p.outputs));
  if (size(p.range) != p.inputs)
    invalid("constant matrix: " + std::to_string(p.range.size()) + " input ranges for " + std::to_string(p.inputs) +
            " inputs");
  if (!p.bias.empty() && size(p.bias) != p.outputs)
    invalid("constant matrix: " + std::to_string(p.bias.size()) + " biases for " + std::to_string(p.outputs) +
            " outputs");
  for (int64_t i = 0; i < p.inputs; ++i)
    if (const auto &r = p.range[static_cast<std::size_t>(i)]; r.low > r.high)
      invalid("constant matrix: input " + std::to_string(i) + " has the empty range [" + std::to_string(r.low) + ", " +
              std::to_string(r.high) + "]");
  // Partial sums of signed digits reach 4/3 of a weight, those of differences of columns twice that.
  constexpr double kLargest = 0x1p62;
  for (int64_t o = 0; o < p.outputs; ++o) {
    double sum = std::fabs(static_cast<double>(p.bias_of(o)));
    for (int64_t i = 0; i < p.inputs; ++i) {
      const auto &r = p.range[static_cast<std::size_t>(i)];
      const double x = std::max({1.0, std::fabs(static_cast<double>(r.low)), std::fabs(static_cast<double>(r.high))});
      sum += 3 * x * std::fabs(static_cast<double>(p.at(i, o)));
    }
    if (sum >= kLargest)
      fail(NAC_UNSUPPORTED, "constant matrix: sums of output " + std::to_string(o) + " need more than 62 bits");
  }
}

std::vector<int64_t> multiply(const problem &p, const std::vector<int64_t> &x) {
  std::vector<int64_t> y(static_cast<std::size_t>(p.outputs));
  for (int64_t o = 0; o < p.outputs; ++o) {
    int64_t sum = p.bias_of(o);
    for (int64_t i = 0; i < p.inputs; ++i) sum += x[static_cast<std::size_t>(i)] * p.at(i, o);
    y[static_cast<std::size_t>(o)] = sum;
  }
  return y;
}

}  // namespace nac::cmvm

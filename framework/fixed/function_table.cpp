// SPDX-License-Identifier: Apache-2.0
#include "fixed/function_table.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/error.hpp"

namespace nac::fw {
namespace {

using Function = double (*)(double);

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }
double hyperbolic_tangent(double x) { return std::tanh(x); }
/// erfc keeps its digits where 1 + erf cancels.
double gelu(double x) { return x / 2 * std::erfc(-x / std::sqrt(2.0)); }

Function function_of(const std::string &op) {
  if (op == "Sigmoid") return sigmoid;
  if (op == "Tanh") return hyperbolic_tangent;
  if (op == "Gelu") return gelu;
  return nullptr;
}

/// std::nearbyint would follow the rounding mode of the thread.
double half_to_even(double x) {
  const double floor = std::floor(x), part = x - floor;
  const bool odd = std::fmod(floor, 2) != 0;
  return part > 0.5 || (part == 0.5 && odd) ? floor + 1 : floor;
}

}  // namespace

bool has_table(const std::string &op) { return function_of(op) != nullptr; }

std::vector<float> table_of(const std::string &op, int fraction, int64_t lowest, int64_t highest) {
  const Function function = function_of(op);
  if (function == nullptr)
    throw Error(fmt::format("there is no table for {}; Sigmoid, Tanh and Gelu have one", op), NAC_UNSUPPORTED);
  if (highest < lowest || highest - lowest >= int64_t{1} << kTableBits)
    throw Error(fmt::format("a table for {} over the integers {} to {} has more than 2^{} entries", op, lowest, highest,
                            kTableBits),
                NAC_UNSUPPORTED);
  std::vector<float> table;
  table.reserve(static_cast<std::size_t>(highest - lowest + 1));
  for (int64_t n = lowest; n <= highest; ++n)
    table.push_back(static_cast<float>(function(std::ldexp(static_cast<double>(n), -fraction))));
  return table;
}

std::vector<int64_t> softmax_table(int fraction, int width) {
  if (width < 1 || width > kTableBits)
    throw Error(fmt::format("Softmax over integers of {} bits: its table takes 1 to {}", width, kTableBits),
                NAC_UNSUPPORTED);
  std::vector<int64_t> table;
  table.reserve(std::size_t{1} << width);
  for (int64_t d = 0; d < int64_t{1} << width; ++d) {
    const double e = std::exp(-std::ldexp(static_cast<double>(d), -fraction));
    table.push_back(static_cast<int64_t>(half_to_even(std::ldexp(e, kSoftmaxBits))));
  }
  return table;
}

}  // namespace nac::fw

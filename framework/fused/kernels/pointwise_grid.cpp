// SPDX-License-Identifier: Apache-2.0
#include "fused/kernels/pointwise_grid.hpp"

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace nac::fw::fused {
namespace {

constexpr float kLeastNormal = std::numeric_limits<float>::min();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// 2^exponent, of a normal number: from its bits, for kernels ask for it with every tile.
float power_of_two(int exponent) {
  constexpr int bias = 127, mantissa = 23;
  return std::bit_cast<float>(static_cast<uint32_t>(exponent + bias) << mantissa);
}

double without_subnormals(float x) { return std::fabs(x) < kLeastNormal ? 0.0 : static_cast<double>(x); }

double on_grid(const GridStep &grid, double x) {
  return std::isnan(x) ? x : std::ldexp(static_cast<double>(quantize(x, grid.fraction, grid.type)), -grid.fraction);
}

/// The least float that is not below `bound`, and the greatest that is not above.
float not_below(double bound) {
  const auto f = static_cast<float>(bound);
  return static_cast<double>(f) < bound ? std::nextafter(f, std::numeric_limits<float>::infinity()) : f;
}

float not_above(double bound) { return -not_below(-bound); }

}  // namespace

bool rounds_in_floats(const GridStep &grid) {
  constexpr int widest = std::numeric_limits<float>::digits - 3, furthest = 120;
  return grid.type.overflow == Overflow::sat && grid.type.width <= widest && std::abs(grid.fraction) <= furthest;
}

GridFloats grid_floats(const GridStep &grid) {
  return {power_of_two(-grid.fraction), power_of_two(grid.fraction), static_cast<float>(grid.type.lowest()),
          static_cast<float>(grid.type.highest())};
}

GridInside grid_inside(const GridStep &grid) {
  const QuantType &type = grid.type;
  const auto lowest = static_cast<double>(type.lowest()), highest = static_cast<double>(type.highest());
  struct {
    double from, to;
    bool with_from, with_to;
  } open{};
  switch (type.rounding) {
    case Rounding::trn: open = {lowest, highest + 1, true, false}; break;
    case Rounding::rnd: open = {lowest - 0.5, highest + 0.5, true, false}; break;
    case Rounding::rnd_conv:
      open = {lowest - 0.5, highest + 0.5, type.lowest() % 2 == 0, type.highest() % 2 == 0};
      break;
    case Rounding::rnd_inf: open = {lowest - 0.5, highest + 0.5, false, false}; break;
    case Rounding::rnd_zero: open = {lowest - 0.5, highest + 0.5, true, true}; break;
    case Rounding::rnd_min_inf: open = {lowest - 0.5, highest + 0.5, false, true}; break;
    case Rounding::trn_zero: open = {lowest - 1, highest + 1, false, false}; break;
    case Rounding::ceil: open = {lowest - 1, highest, false, true}; break;
    case Rounding::away: open = {lowest, highest, true, true}; break;
  }
  double from = std::ldexp(open.from, -grid.fraction), to = std::ldexp(open.to, -grid.fraction);
  if (!open.with_from) from = std::nextafter(from, kInfinity);
  if (!open.with_to) to = std::nextafter(to, -kInfinity);
  GridInside inside{not_below(from), not_above(to)};
  // Subnormal numbers count as 0, on whichever side of it they are.
  const float largest_subnormal = std::nextafter(kLeastNormal, 0.0F);
  if (inside.lowest == 0) inside.lowest = -largest_subnormal;
  if (inside.highest == 0) inside.highest = largest_subnormal;
  return inside;
}

void quantize_one_by_one(const GridStep &grid, float *values, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i)
    values[i] = static_cast<float>(on_grid(grid, without_subnormals(values[i])) + 0.0);
}

double scale_sum_one_by_one(const GridStep &grid, const float *x, const float *dy, std::size_t count) {
  const GridInside inside = grid_inside(grid);
  double sum = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const double v = without_subnormals(x[i]);
    const double taken = x[i] >= inside.lowest && x[i] <= inside.highest ? v : 0.0;
    sum += static_cast<double>(dy[i]) * (on_grid(grid, v) - taken);
  }
  return sum;
}

}  // namespace nac::fw::fused

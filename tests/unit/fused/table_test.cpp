// SPDX-License-Identifier: Apache-2.0
#include "fused/kernels/table.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "each_target.hpp"
#include "fixed/function_table.hpp"
#include "random_rows.hpp"

namespace nac::fw::fused {
namespace {

/// Which entry belongs to so many steps.
std::size_t entry(double steps, std::size_t entries) {
  if (!(steps > 0)) return 0;
  return static_cast<std::size_t>(std::min(steps, static_cast<double>(entries - 1)));
}

/// Integers of `bits` bits in steps of 2^-fraction.
AlignedFloats integers(Draw &draw, std::size_t count, int bits, int fraction) {
  AlignedFloats x(count);
  for (float &v : x)
    v = std::ldexp(static_cast<float>(draw.whole(-(1 << (bits - 1)), (1 << (bits - 1)) - 1)), -fraction);
  return x;
}

}  // namespace

TEST_CASE("tables are looked up at whole numbers, and at their ends") {
  Draw draw(1);
  std::vector<float> entries(1 << 7);
  for (float &e : entries) e = draw.real(-1, 1);
  each_target([&] {
    for (const int fraction : {-110, -3, 0, 5, 126}) {
      AlignedFloats x = integers(draw, 96, 8, fraction), y(x.size());
      x[3] = std::nanf("");
      x[4] = std::numeric_limits<float>::infinity();
      look_up({entries.data(), entries.size(), fraction, -64}, x.data(), y.data(), x.size());
      for (std::size_t i = 0; i < x.size(); ++i)
        CHECK(y[i] == entries[entry(std::ldexp(static_cast<double>(x[i]), fraction) + 64, entries.size())]);
    }
  });
}

TEST_CASE("softmax by a table is one division in double precision") {
  each_target([] {
    Draw draw(2);
    for (const SoftmaxRows rows : {SoftmaxRows{2, 5, 3}, SoftmaxRows{1, 81, 1}, SoftmaxRows{1, 512, 1},
                                   SoftmaxRows{1, 513, 2}, SoftmaxRows{1, 1500, 1}})
      for (const int fraction : {-2, 3, 9, 125}) {
        const auto exact = softmax_table(fraction > 100 ? 6 : fraction, 8);
        const std::vector<int32_t> entries(exact.begin(), exact.end());
        const int width = rows.count > 500 ? 32 : 96;
        const std::size_t step = static_cast<std::size_t>(rows.inner) * static_cast<std::size_t>(width);
        const std::size_t size = step * static_cast<std::size_t>(rows.count * rows.outer);
        AlignedFloats x = integers(draw, size, 8, fraction), y(size);
        if (rows.count == 5) x[size / 2] = std::nanf("");
        softmax_by_table(rows, {entries.data(), entries.size(), fraction, 0}, x.data(), y.data(), width);
        std::size_t different = 0;
        const auto count = static_cast<std::size_t>(rows.count);
        for (std::size_t outer = 0; outer < size; outer += step * count)
          for (std::size_t first = outer; first < outer + step; ++first) {
            float largest = x[first];
            for (std::size_t k = 1; k < count; ++k) largest = std::max(largest, x[first + k * step]);
            const auto value = [&](std::size_t k) {
              const double below = static_cast<double>(largest) - static_cast<double>(x[first + k * step]);
              return static_cast<double>(entries[entry(std::ldexp(below, fraction), entries.size())]);
            };
            double sum = 0;
            for (std::size_t k = 0; k < count; ++k) sum += value(k);
            for (std::size_t k = 0; k < count; ++k)
              if (y[first + k * step] != static_cast<float>(value(k) / sum)) ++different;
          }
        INFO(rows.count << " values, fraction " << fraction);
        CHECK(different == 0);
      }
  });
}

}  // namespace nac::fw::fused

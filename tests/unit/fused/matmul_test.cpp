// SPDX-License-Identifier: Apache-2.0
#include "fused/kernels/matmul.hpp"

#include <catch2/catch.hpp>

#include "each_target.hpp"
#include "random_rows.hpp"

using namespace nac::fw::fused;

namespace {

struct Case {
  int batches, m, n, k, width;
};

// Rows of a matrix of `rows` x `columns`, one batch entry behind the other, row-major or transposed.
MatrixRows layout(int rows, int columns, bool transposed) {
  return {rows * columns, transposed ? 1 : columns, transposed ? rows : 1};
}

int row_of(const MatrixRows &rows, int batch, int i, int j) {
  return batch * rows.batch + i * rows.row + j * rows.column;
}

void check(const Case &c, const MatrixRows &a, const MatrixRows &b, const MatrixRows &y, bool add, Draw &draw) {
  CAPTURE(c.batches, c.m, c.n, c.k, c.width, add);
  const AlignedFloats a_data = draw.floats(c.batches * c.m * c.k * c.width);
  const AlignedFloats b_data = draw.floats(c.batches * c.k * c.n * c.width);
  AlignedFloats y_data = draw.floats(c.batches * c.m * c.n * c.width);
  const AlignedFloats before = y_data;
  multiply(c.batches, c.m, c.n, c.k, a, b, y, a_data.data(), b_data.data(), y_data.data(), add, c.width);
  double worst = 0;
  for (int batch = 0; batch < c.batches; ++batch)
    for (int i = 0; i < c.m; ++i)
      for (int j = 0; j < c.n; ++j)
        for (int lane = 0; lane < c.width; ++lane) {
          const int at = row_of(y, batch, i, j) * c.width + lane;
          double sum = add ? before[at] : 0.0F;
          for (int t = 0; t < c.k; ++t)
            sum += static_cast<double>(a_data[row_of(a, batch, i, t) * c.width + lane]) *
                   b_data[row_of(b, batch, t, j) * c.width + lane];
          worst = std::max(worst, std::abs(sum - y_data[at]));
        }
  CHECK(worst < 1e-6 * (c.k + 1) * 4);
}

}  // namespace

TEST_CASE("multiply agrees with plain loops for all remainders, layouts and batches") {
  each_target([] {
    Draw draw(1);
    for (int m = 1; m <= 9; ++m)
      for (int n = 1; n <= 7; ++n) {
        const Case c{2, m, n, draw.whole(1, 11), draw.width()};
        const bool ta = draw.whole(0, 1) == 1, tb = draw.whole(0, 1) == 1, ty = draw.whole(0, 1) == 1;
        for (const bool add : {false, true}) {
          check(c, layout(c.m, c.k, ta), layout(c.k, c.n, tb), layout(c.m, c.n, ty), add, draw);
        }
      }
  });
}

TEST_CASE("multiply does attention of one head among several") {
  each_target([] {
    Draw draw(2);
    // Rows [set][head][channel]: scores of every head, and what they weigh.
    const int set = 13, heads = 3, channels = 8, width = 64;
    const MatrixRows query{channels, heads * channels, 1}, key{channels, 1, heads * channels},
        scores{set * set, set, 1};
    check({heads, set, set, channels, width}, query, key, scores, false, draw);
    check({heads, set, channels, set, width}, scores, query, query, false, draw);
    const MatrixRows back{set * set, 1, set};
    check({heads, set, channels, set, width}, back, query, query, true, draw);
  });
}

TEST_CASE("multiply of no terms is zero") {
  each_target([] {
    Draw draw(3);
    check({1, 5, 4, 0, 32}, layout(5, 0, false), layout(0, 4, false), layout(5, 4, false), false, draw);
  });
}

TEST_CASE("multiply handles many terms") {
  each_target([] {
    Draw draw(4);
    check({1, 6, 5, 333, 32}, layout(6, 333, false), layout(333, 5, false), layout(6, 5, false), false, draw);
    check({1, 81, 8, 81, 32}, layout(81, 81, true), layout(81, 8, false), layout(81, 8, false), true, draw);
  });
}

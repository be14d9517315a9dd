// SPDX-License-Identifier: Apache-2.0
#include "fused/kernels/reduce.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "each_target.hpp"
#include "random_rows.hpp"

using namespace nac::fw::fused;

namespace {

// Windows of different sizes over `rows` rows, overlapping.
Windows random_windows(Draw &draw, int rows) {
  Windows windows;
  windows.begin.push_back(0);
  for (int i = draw.whole(1, 9); i > 0; --i) {
    const int first = draw.whole(0, rows - 1), step = draw.whole(1, 3);
    int size = draw.whole(1, 12);
    for (int row = first; row < rows && size > 0; row += step, --size) windows.terms.push_back(row);
    windows.begin.push_back(static_cast<int>(windows.terms.size()));
  }
  return windows;
}

// Few different values, so that there are ties.
AlignedFloats coarse(Draw &draw, int count) {
  AlignedFloats x(static_cast<std::size_t>(count));
  for (float &v : x) v = static_cast<float>(draw.whole(-2, 1)) * 0.5F;
  return x;
}

struct Example {
  int rows, width;
  Windows windows;
  explicit Example(Draw &draw) : rows(draw.whole(1, 20)), width(draw.width()), windows(random_windows(draw, rows)) {}
  template <class Visit>
  void each(Visit visit) const {
    for (int i = 0; i < windows.results(); ++i)
      for (int lane = 0; lane < width; ++lane) {
        std::vector<int> at;
        for (int t = windows.begin[i]; t < windows.begin[i + 1]; ++t) at.push_back(windows.terms[t] * width + lane);
        visit(i, i * width + lane, at);
      }
  }
};

double difference(const AlignedFloats &x, const std::vector<double> &expected) {
  REQUIRE(x.size() == expected.size());
  double worst = 0;
  for (std::size_t i = 0; i < x.size(); ++i) worst = std::max(worst, std::abs(x[i] - expected[i]));
  return worst;
}

}  // namespace

TEST_CASE("sums of windows and their gradients agree with plain loops") {
  each_target([] {
    Draw draw(11);
    for (int round = 0; round < 20; ++round) {
      const Example e(draw);
      const AlignedFloats x = draw.floats(e.rows * e.width), factors = draw.floats(e.windows.results());
      const float *factor = round % 2 ? factors.data() : nullptr;
      AlignedFloats y(static_cast<std::size_t>(e.windows.results() * e.width)), dx = draw.floats(e.rows * e.width);
      const AlignedFloats dy = draw.floats(e.windows.results() * e.width);
      std::vector<double> sums(y.size()), gradient(dx.begin(), dx.end());
      e.each([&](int i, int result, const std::vector<int> &at) {
        const double f = factor ? factor[i] : 1;
        for (const int term : at) {
          sums[result] += f * x[term];
          gradient[term] += f * dy[result];
        }
      });
      sum_windows(e.windows, factor, x.data(), y.data(), e.width);
      sum_windows_gradient(e.windows, factor, dy.data(), dx.data(), e.width);
      CHECK(difference(y, sums) < 2e-5);
      CHECK(difference(dx, gradient) < 2e-5);
    }
  });
}

TEST_CASE("a gradient spread over windows that share no row is that added to zeros") {
  each_target([] {
    Draw draw(13);
    const Windows windows{{0, 3, 5, 8}, {7, 0, 3, 1, 6, 2, 5, 4}};
    for (const int width : {32, 96}) {
      const AlignedFloats dy = draw.floats(3 * width), factors = draw.floats(3);
      for (const float *factor : {factors.data(), static_cast<const float *>(nullptr)}) {
        AlignedFloats spread = draw.floats(8 * width), added(spread.size(), 0.0F);
        spread_windows(windows, factor, dy.data(), spread.data(), width);
        sum_windows_gradient(windows, factor, dy.data(), added.data(), width);
        CHECK(spread == added);
      }
    }
  });
}

TEST_CASE("the largest of windows and its gradients agree with plain loops, ties included") {
  each_target([] {
    Draw draw(12);
    int ties = 0;
    for (int round = 0; round < 20; ++round) {
      const Example e(draw);
      const AlignedFloats x = coarse(draw, e.rows * e.width), dy = draw.floats(e.windows.results() * e.width);
      AlignedFloats y(dy.size()), first = draw.floats(e.rows * e.width), shared = draw.floats(e.rows * e.width);
      std::vector<double> largest(y.size()), to_first(first.begin(), first.end()), to_all(shared.begin(), shared.end());
      e.each([&](int, int result, const std::vector<int> &at) {
        int best = at[0], count = 0;
        for (const int term : at)
          if (x[term] > x[best]) best = term;
        for (const int term : at) count += x[term] == x[best];
        for (const int term : at)
          if (x[term] == x[best]) to_all[term] += static_cast<double>(dy[result]) / count;
        largest[result] = x[best];
        to_first[best] += dy[result];
        ties += count > 1;
      });
      max_windows(e.windows, x.data(), y.data(), e.width);
      max_windows_gradient(e.windows, false, true, x.data(), y.data(), dy.data(), first.data(), e.width);
      max_windows_gradient(e.windows, true, true, x.data(), y.data(), dy.data(), shared.data(), e.width);
      CHECK(difference(y, largest) == 0);
      CHECK(difference(first, to_first) < 2e-5);
      CHECK(difference(shared, to_all) < 2e-5);
    }
    CHECK(ties > 100);
  });
}

TEST_CASE("gradients of the largest are stored where every row is a term once") {
  each_target([] {
    Draw draw(13);
    const Windows windows{{0, 3, 4, 6}, {5, 0, 2, 3, 1, 4}};
    const AlignedFloats x = coarse(draw, 6 * 96), dy = draw.floats(3 * 96);
    AlignedFloats y(dy.size());
    max_windows(windows, x.data(), y.data(), 96);
    for (const bool shared : {false, true}) {
      AlignedFloats added(x.size(), 0.0F), stored = draw.floats(6 * 96);
      max_windows_gradient(windows, shared, true, x.data(), y.data(), dy.data(), added.data(), 96);
      max_windows_gradient(windows, shared, false, x.data(), y.data(), dy.data(), stored.data(), 96);
      CHECK(stored == added);
    }
  });
}

TEST_CASE("the largest of a window with a NaN is NaN, in its lane only") {
  each_target([] {
    for (int where = 0; where < 3; ++where) {
      AlignedFloats x(3 * 32, 1.0F), y(32);
      x[static_cast<std::size_t>(where * 32 + 5)] = std::numeric_limits<float>::quiet_NaN();
      max_windows({{0, 3}, {0, 1, 2}}, x.data(), y.data(), 32);
      for (int lane = 0; lane < 32; ++lane) CHECK(std::isnan(y[static_cast<std::size_t>(lane)]) == (lane == 5));
    }
  });
}

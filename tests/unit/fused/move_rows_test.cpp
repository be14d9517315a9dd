// SPDX-License-Identifier: Apache-2.0
#include "fused/kernels/move_rows.hpp"

#include <catch2/catch.hpp>

#include "each_target.hpp"
#include "random_rows.hpp"

using namespace nac::fw::fused;

namespace {

// Runs, jumps, repetitions and places of no row.
std::vector<int> random_map(Draw &draw, int rows, int sources) {
  std::vector<int> map;
  while (static_cast<int>(map.size()) < rows) {
    int source = draw.whole(-1, sources - 1);
    for (int run = draw.whole(1, 5); run > 0 && source < sources && static_cast<int>(map.size()) < rows; --run) {
      map.push_back(source);
      if (source >= 0) ++source;
    }
  }
  return map;
}

}  // namespace

TEST_CASE("rows are gathered, and scattered rows are added, as a map says") {
  each_target([] {
    Draw draw(21);
    for (int round = 0; round < 30; ++round) {
      const int rows = draw.whole(1, 30), sources = draw.whole(1, 20), width = draw.width();
      const std::vector<int> map = random_map(draw, rows, sources);
      const AlignedFloats from = draw.floats(sources * width), dy = draw.floats(rows * width);
      AlignedFloats to = draw.floats(rows * width), dx = draw.floats(sources * width);
      std::vector<float> gathered(to.size());
      std::vector<double> scattered(dx.begin(), dx.end());
      for (int i = 0; i < rows; ++i)
        for (int lane = 0; lane < width && map[i] >= 0; ++lane) {
          gathered[i * width + lane] = from[map[i] * width + lane];
          scattered[map[i] * width + lane] += dy[i * width + lane];
        }
      gather_rows(from.data(), map.data(), rows, to.data(), width);
      scatter_rows(dy.data(), map.data(), rows, dx.data(), width);
      CHECK(std::equal(to.begin(), to.end(), gathered.begin()));
      double worst = 0;
      for (std::size_t i = 0; i < dx.size(); ++i) worst = std::max(worst, std::abs(dx[i] - scattered[i]));
      CHECK(worst < 2e-5);
    }
  });
}

TEST_CASE("rows are added and filled") {
  each_target([] {
    Draw draw(22);
    const int rows = 7, width = 96;
    const AlignedFloats from = draw.floats(rows * width);
    AlignedFloats to = draw.floats((rows + 1) * width);
    const AlignedFloats before = to;
    add_rows(from.data(), rows, to.data(), width);
    for (int i = 0; i < (rows + 1) * width; ++i) CHECK(to[i] == (i < rows * width ? before[i] + from[i] : before[i]));
    fill_rows(0.25F, rows, to.data(), width);
    for (int i = 0; i < (rows + 1) * width; ++i) CHECK(to[i] == (i < rows * width ? 0.25F : before[i]));
  });
}

// SPDX-License-Identifier: Apache-2.0
#include "fused/kernels/product_correlation.hpp"

#include <cmath>

#include "each_target.hpp"
#include "random_rows.hpp"

namespace nac::fw::fused {
namespace {

/// Gradients of a dense layer from `tiles` tiles, the last lanes of which are no sample's, against plain sums.
void check(int outs, int terms, int tiles, const float *mask) {
  INFO(outs << " outputs, " << terms << " terms, " << tiles << " tiles" << (mask ? ", masked" : ""));
  constexpr int kWidth = 32, kSamples = 29;
  Correlation correlation({.in = terms, .out = outs}, kWidth);
  correlation.arrange(mask);
  const int x_stride = (terms + 1) * kWidth, dy_stride = (outs + 2) * kWidth;
  AlignedFloats x = random_rows(static_cast<std::size_t>(tiles * x_stride), 1),
                dy = random_rows(static_cast<std::size_t>(tiles * dy_stride), 2);
  for (std::size_t i = 0; i < dy.size(); ++i)
    if (i % kWidth >= kSamples) dy[i] = 0;
  for (std::size_t i = 0; i < x.size(); ++i)
    if (i % kWidth >= kSamples) x[i] = 1e30F;
  const std::size_t count = static_cast<std::size_t>(outs * terms);
  // Nothing is written in front of the gradients nor behind them.
  constexpr std::size_t kMargin = 16;
  AlignedFloats dweights(count + 2 * kMargin, 3.0F), dbias(static_cast<std::size_t>(outs) + 2 * kMargin, 3.0F),
      scratch(correlation.scratch() + kMargin, 77.0F);
  run_correlation(correlation, x.data(), x_stride, dy.data(), dy_stride, tiles, dweights.data() + kMargin,
                  dbias.data() + kMargin, scratch.data());
  for (std::size_t i = 0; i < kMargin; ++i) {
    REQUIRE(dweights[i] == 3);
    REQUIRE(dweights[count + kMargin + i] == 3);
    REQUIRE(dbias[i] == 3);
    REQUIRE(dbias[static_cast<std::size_t>(outs) + kMargin + i] == 3);
    REQUIRE(scratch[correlation.scratch() + i] == 77);
  }
  for (int o = 0; o < outs; ++o) {
    double bias = 3;
    auto dy_at = [&](int tile, int lane) { return dy[static_cast<std::size_t>(tile * dy_stride + o * kWidth + lane)]; };
    for (int tile = 0; tile < tiles; ++tile)
      for (int lane = 0; lane < kSamples; ++lane) bias += dy_at(tile, lane);
    REQUIRE(dbias[static_cast<std::size_t>(o) + kMargin] == Approx(bias).margin(1e-3));
    for (int t = 0; t < terms; ++t) {
      const std::size_t i = static_cast<std::size_t>(o * terms + t);
      if (mask != nullptr && mask[i] == 0) continue;
      double sum = 3;
      for (int tile = 0; tile < tiles; ++tile)
        for (int lane = 0; lane < kSamples; ++lane)
          sum +=
              static_cast<double>(dy_at(tile, lane)) * x[static_cast<std::size_t>(tile * x_stride + t * kWidth + lane)];
      REQUIRE(dweights[i + kMargin] == Approx(sum).margin(1e-3));
    }
  }
}

}  // namespace

TEST_CASE("gradients of weights are right for any number of outputs and terms", "[fused]") {
  each_target([] {
    for (int outs = 1; outs <= 35; outs += outs < 18 ? 1 : 6)
      for (int terms = 1; terms <= 40; ++terms) check(outs, terms, 1 + (outs + terms) % 3, nullptr);
    check(33, 101, 19, nullptr);  // more columns and terms than are gone through at once
  });
}

TEST_CASE("gradients of weights are right where terms are masked for some outputs", "[fused]") {
  each_target([] {
    for (int outs : {5, 8, 16, 23, 32})
      for (int terms : {37, 64}) {
        AlignedFloats mask(static_cast<std::size_t>(outs * terms), 1.0F);
        for (int o = 0; o < outs; ++o)
          for (int t = 0; t < terms; ++t)
            mask[static_cast<std::size_t>(o * terms + t)] = o < 16 ? t % 3 != 0 : t < 30 || t % 2 == 0;
        check(outs, terms, 2, mask.data());
      }
  });
}

TEST_CASE("gradients of many weights are computed with panels", "[fused]") {
  CHECK(Correlation({.in = 64, .out = 32}, 32).blocks.empty());
  CHECK(Correlation({.in = 64, .out = 35}, 32).panels.size() == 2);
  CHECK(Correlation({.in = 64, .out = 35}, 32).blocks.size() == 1);
  CHECK(Correlation({.in = 64, .out = 3}, 32).panels.empty());
  CHECK(Correlation({.in = 2, .out = 64}, 32).panels.empty());
  // Where few weights are kept that no neighbours share, blocks compute less.
  Correlation sparse({.in = 32, .out = 32}, 32);
  AlignedFloats mask(32 * 32);
  for (std::size_t i = 0; i < 32; ++i) mask[i * 33] = 1;
  sparse.arrange(mask.data());
  CHECK(sparse.panels.empty());
}

}  // namespace nac::fw::fused

// SPDX-License-Identifier: Apache-2.0
#include "fused/kernels/normalize.hpp"

#include <catch2/catch.hpp>

#include "each_target.hpp"
#include "random_rows.hpp"

namespace nac::fw::fused {
namespace {

const ChannelRows kRows{2, 3, 5};

std::size_t at(int o, int c, int i, int width) {
  return static_cast<std::size_t>((o * kRows.channels + c) * kRows.inner + i) * width;
}

/// Calls f(index) for every element of channel c in the first `samples` lanes.
template <class F>
void over(int c, int width, int samples, F f) {
  for (int o = 0; o < kRows.outer; ++o)
    for (int i = 0; i < kRows.inner; ++i)
      for (int lane = 0; lane < samples; ++lane) f(at(o, c, i, width) + lane);
}

}  // namespace

TEST_CASE("moments of several tiles are those of all samples, also with a large mean") {
  each_target([] {
    for (const int width : {32, 96})
      for (const float mean : {0.0F, 3.0F, 1000.0F}) {
        const int samples[] = {width, width, width - 13, 1};
        std::vector<AlignedFloats> tiles;
        std::vector<Moments> moments(3);
        for (unsigned t = 0; t < 4; ++t) {
          tiles.push_back(random_rows(static_cast<std::size_t>(kRows.rows()) * width, t + 1, mean, 0.5F));
          add_moments(kRows, tiles.back().data(), width, samples[t], moments.data());
        }
        for (int c = 0; c < 3; ++c) {
          double count = 0, sum = 0, m2 = 0;
          for (int t = 0; t < 4; ++t)
            over(c, width, samples[t], [&](std::size_t i) {
              count += 1;
              sum += static_cast<double>(tiles[t][i]);
            });
          for (int t = 0; t < 4; ++t)
            over(c, width, samples[t], [&](std::size_t i) {
              const double off = static_cast<double>(tiles[t][i]) - sum / count;
              m2 += off * off;
            });
          CHECK(moments[c].count == count);
          CHECK(moments[c].mean == Approx(sum / count).epsilon(1e-7).margin(1e-7));
          CHECK(moments[c].m2 == Approx(m2).epsilon(1e-6));
        }
      }
  });
}

TEST_CASE("gradient of batch normalization: sums and what is made of them") {
  each_target([] {
    for (const int width : {32, 96})
      for (const int samples : {width, width - 11, 1}) {
        const std::size_t size = static_cast<std::size_t>(kRows.rows()) * width;
        const AlignedFloats x = random_rows(size, 1, 2, 3);
        AlignedFloats dv = random_rows(size, 2);
        for (std::size_t i = 0; i < size; ++i)
          if (static_cast<int>(i % width) >= samples) dv[i] = 0;
        const std::vector<float> mean{2, 1.5F, -1}, inverse{0.5F, 2, 0.25F}, a{1, -2, 0.5F}, b{0.25F, 1, 3},
            c{-1, 0.5F, 2};
        std::vector<double> sum(3, 1), product(3, -1);
        add_gradient_sums(kRows, x.data(), dv.data(), mean.data(), inverse.data(), width, sum.data(), product.data());
        AlignedFloats dx(size, -7), more = random_rows(size, 3), in_place = dv;
        const AlignedFloats before = more;
        apply_gradient(kRows, x.data(), dv.data(), a.data(), b.data(), c.data(), false, width, samples, dx.data());
        apply_gradient(kRows, x.data(), dv.data(), a.data(), b.data(), c.data(), true, width, samples, more.data());
        apply_gradient(kRows, x.data(), in_place.data(), a.data(), b.data(), c.data(), false, width, samples,
                       in_place.data());
        CHECK(in_place == dx);
        for (int k = 0; k < 3; ++k) {
          double s = 1, p = -1, off = 0;
          over(k, width, width, [&](std::size_t i) {
            const double g = static_cast<double>(dv[i]), v = static_cast<double>(x[i]);
            s += g;
            p += g * (v - static_cast<double>(mean[k])) * static_cast<double>(inverse[k]);
            double expected = 0;
            if (static_cast<int>(i % width) < samples)
              expected = static_cast<double>(a[k]) * g + static_cast<double>(b[k]) * v + static_cast<double>(c[k]);
            off = std::max(off, std::abs(static_cast<double>(dx[i]) - expected));
            off = std::max(off, std::abs(static_cast<double>(more[i]) - static_cast<double>(before[i]) - expected));
          });
          CHECK(sum[k] == Approx(s).epsilon(1e-6).margin(1e-4));
          CHECK(product[k] == Approx(p).epsilon(1e-6).margin(1e-3));
          CHECK(off < 1e-5);
        }
      }
  });
}

TEST_CASE("an activation's gradient and the sums of it in one pass are those of two") {
  each_target([] {
    for (const int width : {32, 96})
      for (const Activation kind : {Activation::relu, Activation::leaky_relu, Activation::gelu}) {
        const std::size_t size = static_cast<std::size_t>(kRows.rows()) * width;
        const AlignedFloats x = random_rows(size, 4, 2, 3), dy = random_rows(size, 5);
        const std::vector<float> mean{2, 1.5F, -1}, inverse{0.5F, 2, 0.25F}, scale{0.5F, -1, 2}, shift{-1, 1, 0};
        Pointwise p;
        p.rows = kRows;
        p.scale = scale.data();
        p.shift = shift.data();
        p.activation = kind;
        p.slope = 0.125F;
        AlignedFloats expected(size), dv = dy;
        p.backward(x.data(), dy.data(), expected.data(), nullptr, nullptr, width);
        std::vector<double> sum(3, 1), product(3, -1), sum2 = sum, product2 = product;
        add_gradient_sums(kRows, x.data(), expected.data(), mean.data(), inverse.data(), width, sum.data(),
                          product.data());
        p.backward_with_sums(x.data(), dv.data(), dv.data(), mean.data(), inverse.data(), sum2.data(), product2.data(),
                             nullptr, width);
        CHECK(dv == expected);
        for (int c = 0; c < 3; ++c) {
          CHECK(sum2[c] == Approx(sum[c]).epsilon(1e-6).margin(1e-4));
          CHECK(product2[c] == Approx(product[c]).epsilon(1e-6).margin(1e-3));
        }
      }
  });
}

}  // namespace nac::fw::fused

// SPDX-License-Identifier: Apache-2.0
#include "fused/kernels/fold.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>

#include "each_target.hpp"
#include "random_rows.hpp"

namespace nac::fw::fused {
namespace {

constexpr Rounding kModes[] = {Rounding::trn,         Rounding::rnd,      Rounding::rnd_conv,
                               Rounding::rnd_inf,     Rounding::rnd_zero, Rounding::trn_zero,
                               Rounding::rnd_min_inf, Rounding::ceil,     Rounding::away};

/// Weights of a layer and what they are folded with, in steps of 2^-fractions[channel].
struct Layer {
  WeightLayout layout;
  std::vector<float> weight, mask;
  std::vector<double> factor, restored, inverse, scale;
  std::vector<int> fractions;

  Layer(WeightLayout shape, Draw &draw) : layout(shape) {
    for (std::size_t c = 0; c < layout.channels; ++c) {
      factor.push_back(static_cast<double>(draw.real(-2, 2)));
      restored.push_back(c == 1 ? 0 : 1 / factor.back());
      fractions.push_back(draw.whole(-2, 7));
      inverse.push_back(std::ldexp(1.0, fractions.back()));
      scale.push_back(std::ldexp(1.0, -fractions.back()));
    }
    for (std::size_t i = 0; i < layout.count; ++i) {
      weight.push_back(i % 3 == 0 ? static_cast<float>(draw.whole(-9, 9)) / 8 : draw.real(-4, 4));
      mask.push_back(static_cast<float>(draw.whole(0, 1)));
    }
    weight[1] = std::nanf("");
    weight[3] = 1e-40F;
    weight[4] = -1e-40F;
  }
};

bool same_bits(float a, float b) { return (std::isnan(a) && std::isnan(b)) || std::memcmp(&a, &b, sizeof a) == 0; }

}  // namespace

TEST_CASE("vectors fold weights to the same bits") {
  Draw draw(1);
  const std::vector<Layer> layers{
      {{24 * 19, 19, 1}, draw}, {{7 * 27, 7, 27}, draw}, {{2 * 5 * 4, 5, 4}, draw}, {{6, 3, 1}, draw}};
  CHECK_FALSE(folds_in_doubles({true, false, 60, Rounding::rnd, Overflow::sat}));
  CHECK_FALSE(folds_in_doubles({true, false, 8, Rounding::rnd, Overflow::wrap}));
  each_target([&] {
    std::size_t different = 0;
    for (const Layer &l : layers)
      for (const Rounding mode : kModes)
        for (const int kind : {0, 1, 2, 3}) {
          const QuantType type{true, true, kind == 3 ? 20 : 5, mode, Overflow::sat};
          WeightArrays in{l.weight.data(), kind == 1 ? l.mask.data() : nullptr, kind != 0 ? l.factor.data() : nullptr,
                          kind >= 2 ? l.restored.data() : nullptr};
          std::vector<double> scale = l.scale;
          for (std::size_t c = 0; c < scale.size() && kind >= 2; ++c) scale[c] *= l.restored[c];
          std::vector<float> expected(l.layout.count), out(l.layout.count);
          fold_weights(in, l.layout, l.fractions, type, expected.data());
          fold_to_grid(in, l.layout, {l.inverse.data(), scale.data(), type}, out.data());
          for (std::size_t i = 0; i < out.size(); ++i) different += same_bits(out[i], expected[i]) ? 0 : 1;
        }
    CHECK(different == 0);
  });
}

}  // namespace nac::fw::fused

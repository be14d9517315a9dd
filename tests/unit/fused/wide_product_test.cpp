// SPDX-License-Identifier: Apache-2.0
#include "fused/kernels/wide_product.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <random>

#include "each_target.hpp"
#include "fused/aligned.hpp"

namespace {

using namespace nac::fw;
using namespace nac::fw::fused;

struct Random {
  std::mt19937 engine{17};
  int64_t integer(int64_t low, int64_t high) { return std::uniform_int_distribution<int64_t>(low, high)(engine); }
};

/// Integers of 16 bits, whose sums float32 cannot hold: z in steps, by the definition of a convolution.
struct Layer {
  ProductShape shape;
  int width;
  std::vector<int> out_extent;
  int elements = 1, inputs = 1, positions = 1;
  AlignedFloats x;
  std::vector<double> weights, bias;

  Layer(const ProductShape &s, int lanes, Random &random) : shape(s), width(lanes) {
    for (std::size_t d = 0; d < s.extent.size(); ++d) {
      out_extent.push_back(
          (s.extent[d] + s.pad_begin[d] + s.pad_end[d] - s.dilation[d] * (s.kernel[d] - 1) - 1) / s.stride[d] + 1);
      elements *= s.kernel[d], inputs *= s.extent[d], positions *= out_extent[d];
    }
    x.resize(static_cast<std::size_t>(s.in * inputs * width));
    for (float &v : x) v = static_cast<float>(random.integer(-32768, 32767));
    weights.resize(static_cast<std::size_t>(s.out * s.in / s.groups * elements));
    for (double &w : weights) w = static_cast<double>(random.integer(-32767, 32767));
    bias.resize(static_cast<std::size_t>(s.out));
    for (double &b : bias) b = static_cast<double>(random.integer(-(1LL << 40), 1LL << 40));
  }

  static std::vector<int> place(int index, const std::vector<int> &extent) {
    std::vector<int> at(extent.size());
    for (std::size_t d = extent.size(); d-- > 0; index /= extent[d]) at[d] = index % extent[d];
    return at;
  }
  std::size_t row(int channel, int position, int channels, int all) const {
    return static_cast<std::size_t>(shape.channels_last ? position * channels + channel : channel * all + position);
  }
  int64_t sum(int o, int p, int lane, bool with_bias) const {
    const int in = shape.in / shape.groups, first = o / (shape.out / shape.groups) * in;
    const std::vector<int> at = place(p, out_extent);
    int64_t total = with_bias ? static_cast<int64_t>(bias[static_cast<std::size_t>(o)]) : 0;
    for (int k = 0; k < elements; ++k) {
      const std::vector<int> element = place(k, shape.kernel);
      int position = 0;
      bool inside = true;
      for (std::size_t d = 0; d < element.size(); ++d) {
        const int i = at[d] * shape.stride[d] - shape.pad_begin[d] + element[d] * shape.dilation[d];
        inside = inside && i >= 0 && i < shape.extent[d];
        position = position * shape.extent[d] + i;
      }
      if (!inside) continue;
      for (int c = 0; c < in; ++c)
        total += static_cast<int64_t>(weights[static_cast<std::size_t>((o * in + c) * elements + k)]) *
                 static_cast<int64_t>(x[row(first + c, position, shape.in, inputs) * static_cast<std::size_t>(width) +
                                        static_cast<std::size_t>(lane)]);
    }
    return total;
  }
};

void check(const Layer &layer, const WideResult &result, bool with_bias) {
  const WideProduct product(layer.shape, layer.width);
  REQUIRE(product.output_rows() == layer.shape.out * layer.positions);
  std::vector<double> packed(product.packed());
  product.pack(layer.weights.data(), packed.data());
  AlignedFloats z(static_cast<std::size_t>(product.output_rows() * layer.width)), y(z.size());
  product.forward(layer.x.data(), packed.data(), with_bias ? layer.bias.data() : nullptr, result, z.data(), y.data());
  long wrong = 0;
  for (int o = 0; o < layer.shape.out; ++o)
    for (int p = 0; p < layer.positions; ++p)
      for (int lane = 0; lane < layer.width; lane += 5) {
        const auto sum = static_cast<double>(layer.sum(o, p, lane, with_bias));
        double a = sum;
        if (result.activation == Activation::relu) a = std::max(a, 0.0);
        if (result.activation == Activation::leaky_relu && a < 0) a *= static_cast<double>(result.slope);
        if (result.grid != nullptr)
          a = std::ldexp(static_cast<double>(quantize(a, result.grid->fraction, result.grid->type)),
                         -result.grid->fraction);
        const std::size_t at =
            layer.row(o, p, layer.shape.out, layer.positions) * static_cast<std::size_t>(layer.width) +
            static_cast<std::size_t>(lane);
        wrong += z[at] != static_cast<float>(sum);
        wrong += y[at] != static_cast<float>(a) || (y[at] == 0 && std::signbit(y[at]));
      }
  CHECK(wrong == 0);
  AlignedFloats alone(y.size());
  product.forward(layer.x.data(), packed.data(), with_bias ? layer.bias.data() : nullptr, result, nullptr,
                  alone.data());
  CHECK(alone == y);
}

ProductShape matrix(int in, int out, int positions) {
  ProductShape s;
  s.in = in, s.out = out, s.channels_last = true;
  s.extent = {positions}, s.kernel = {1}, s.stride = {1}, s.pad_begin = {0}, s.pad_end = {0}, s.dilation = {1};
  return s;
}

}  // namespace

TEST_CASE("wide products are exact in every shape") {
  each_target([] {
    Random random;
    ProductShape dense;
    dense.in = 37, dense.out = 6;
    check(Layer(dense, 32, random), {}, true);
    check(Layer(matrix(5, 9, 4), 64, random), {}, true);
    check(Layer({4, 6, 2, {5, 7}, {3, 2}, {2, 1}, {1, 0}, {1, 2}, {1, 2}, false}, 32, random), {}, true);
    check(Layer({3, 2, 1, {9}, {3}, {1}, {2}, {0}, {3}, true}, 32, random), {}, false);
    check(Layer({2, 3, 1, {3, 4, 3}, {2, 2, 3}, {1, 2, 1}, {0, 0, 1}, {0, 1, 1}, {1, 1, 1}, false}, 32, random), {},
          true);
  });
}

TEST_CASE("what follows a wide product happens before it is rounded to float") {
  each_target([] {
    Random random;
    const Layer layer(matrix(40, 5, 2), 64, random);
    for (const Rounding rounding :
         {Rounding::trn, Rounding::rnd, Rounding::rnd_conv, Rounding::rnd_inf, Rounding::rnd_zero, Rounding::trn_zero,
          Rounding::rnd_min_inf, Rounding::ceil, Rounding::away})
      for (const Overflow overflow : {Overflow::sat, Overflow::wrap})
        for (const bool is_signed : {true, false})
          for (const int fraction : {-30, -16, -1}) {
            INFO("rounding " << static_cast<int>(rounding) << " overflow " << static_cast<int>(overflow) << " signed "
                             << is_signed << " fraction " << fraction);
            const GridStep grid{{is_signed, is_signed, 16, rounding, overflow}, fraction};
            check(layer, {Activation::none, 0, &grid}, true);
          }
    const GridStep grid{{true, false, 16, Rounding::rnd, Overflow::sat}, -15};
    check(layer, {Activation::relu, 0, &grid}, true);
    check(layer, {Activation::leaky_relu, 0.125F, &grid}, true);
    check(layer, {Activation::leaky_relu, 0.5F, nullptr}, false);
  });
}

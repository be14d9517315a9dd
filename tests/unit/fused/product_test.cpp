// SPDX-License-Identifier: Apache-2.0
#include "fused/kernels/product.hpp"

#include <cmath>
#include <random>
#include <string>

#include "each_target.hpp"
#include "fused/aligned.hpp"

namespace nac::fw::fused {
namespace {

struct Case {
  const char *name;
  ProductShape shape;
};

const std::vector<Case> &cases() {
  static const std::vector<Case> all = {
      {"dense", {.in = 17, .out = 13}},
      {"dense of many terms", {.in = 700, .out = 9}},
      {"dense of one output", {.in = 5, .out = 1}},
      {"dense of one term", {.in = 1, .out = 14}},
      {"set", {.in = 3, .out = 16, .extent = {8}, .kernel = {1}, .channels_last = true}},
      {"set, odd", {.in = 7, .out = 5, .extent = {3}, .channels_last = true}},
      {"set with padding",
       {.in = 2, .out = 3, .extent = {5}, .kernel = {3}, .pad_begin = {1}, .pad_end = {1}, .channels_last = true}},
      {"1-d", {.in = 3, .out = 7, .extent = {9}, .kernel = {4}, .stride = {2}, .pad_begin = {1}, .pad_end = {2}}},
      {"1-d, dilated", {.in = 2, .out = 4, .extent = {11}, .kernel = {3}, .dilation = {3}}},
      {"2-d", {.in = 1, .out = 8, .extent = {11, 11}, .kernel = {3, 3}}},
      {"2-d of one position", {.in = 9, .out = 11, .extent = {6, 5}, .kernel = {1, 1}}},
      {"2-d of many channels", {.in = 24, .out = 10, .extent = {5, 5}, .kernel = {3, 3}}},
      {"2-d, uneven padding",
       {.in = 5,
        .out = 6,
        .extent = {4, 6},
        .kernel = {3, 2},
        .stride = {1, 2},
        .pad_begin = {2, 0},
        .pad_end = {0, 1},
        .dilation = {1, 2}}},
      {"2-d, steps beyond the kernel", {.in = 2, .out = 3, .extent = {7, 7}, .kernel = {1, 2}, .stride = {3, 3}}},
      {"groups",
       {.in = 6, .out = 9, .groups = 3, .extent = {4, 4}, .kernel = {2, 2}, .pad_begin = {1, 1}, .pad_end = {0, 0}}},
      {"groups of many outputs", {.in = 64, .out = 46, .groups = 2, .extent = {3}}},
      {"set of many outputs", {.in = 40, .out = 30, .extent = {3}, .channels_last = true}},
      {"2-d of many outputs",
       {.in = 7, .out = 40, .extent = {5, 4}, .kernel = {3, 3}, .pad_begin = {1, 0}, .pad_end = {1, 1}}},
      {"depthwise", {.in = 5, .out = 5, .groups = 5, .extent = {5, 5}, .kernel = {3, 3}}},
      {"3-d",
       {.in = 2,
        .out = 5,
        .extent = {3, 4, 5},
        .kernel = {2, 3, 2},
        .stride = {1, 1, 2},
        .pad_begin = {0, 1, 0},
        .pad_end = {1, 1, 0}}},
  };
  return all;
}

AlignedFloats numbers(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> uniform(-1, 1);
  AlignedFloats v(count);
  for (float &f : v) f = uniform(random);
  return v;
}

int at(const std::vector<int> &v, std::size_t d, int otherwise) { return v.empty() ? otherwise : v[d]; }

/// A layer as its definition says, for one sample, in double precision.
class Plain {
 public:
  explicit Plain(const ProductShape &shape) : s_(shape) {
    for (std::size_t d = 0; d < s_.extent.size(); ++d) {
      int k = at(s_.kernel, d, 1);
      int padded = s_.extent[d] + at(s_.pad_begin, d, 0) + at(s_.pad_end, d, 0);
      out_extent_.push_back((padded - at(s_.dilation, d, 1) * (k - 1) - 1) / at(s_.stride, d, 1) + 1);
      inputs_ *= s_.extent[d], outputs_ *= out_extent_[d], taps_ *= k;
    }
  }
  int terms() const { return s_.in / s_.groups * taps_; }
  int outputs() const { return outputs_; }
  int input_rows() const { return s_.in * inputs_; }
  int output_rows() const { return s_.out * outputs_; }

  /// Calls visit(row of x, row of y, output, term) for every product of the layer.
  template <class Visit>
  void each(Visit visit) const {
    for (int o = 0; o < s_.out; ++o)
      for (int p = 0; p < outputs_; ++p)
        for (int c = 0; c < s_.in / s_.groups; ++c)
          for (int tap = 0; tap < taps_; ++tap) {
            int q = input_of(p, tap), channel = o / (s_.out / s_.groups) * (s_.in / s_.groups) + c;
            if (q < 0) continue;
            visit(s_.channels_last ? q * s_.in + channel : channel * inputs_ + q,
                  s_.channels_last ? p * s_.out + o : o * outputs_ + p, o, c * taps_ + tap);
          }
  }
  int output_of(int row) const { return s_.channels_last ? row % s_.out : row / outputs_; }

 private:
  int input_of(int p, int tap) const {
    int q = 0, scale = 1;
    for (std::size_t d = s_.extent.size(); d-- > 0;) {
      int k = at(s_.kernel, d, 1);
      int i = p % out_extent_[d] * at(s_.stride, d, 1) + tap % k * at(s_.dilation, d, 1) - at(s_.pad_begin, d, 0);
      if (i < 0 || i >= s_.extent[d]) return -1;
      q += i * scale, scale *= s_.extent[d], p /= out_extent_[d], tap /= k;
    }
    return q;
  }

  ProductShape s_;
  std::vector<int> out_extent_;
  int inputs_ = 1, outputs_ = 1, taps_ = 1;
};

/// The largest difference, in units of what rounding of sums of that size explains.
template <class Floats>
double difference(const Floats &is, const std::vector<double> &should) {
  double largest = 0;
  for (std::size_t i = 0; i < should.size(); ++i)
    largest = std::max(largest, std::abs(static_cast<double>(is[i]) - should[i]) / (1 + std::abs(should[i])));
  return largest;
}

constexpr double kClose = 2e-5;

/// Forward and both gradients of one layer with `tiles` tiles that lie apart. With a mask, weights are 0 where it is.
void check(const Case &c, int width, int tiles, const float *mask) {
  INFO(c.name << ", width " << width << ", tiles " << tiles << (mask ? ", masked" : ""));
  Plain plain(c.shape);
  Product product(c.shape, width);
  REQUIRE(product.terms() == plain.terms());
  REQUIRE(product.positions() == plain.outputs());
  REQUIRE(product.input_rows() == plain.input_rows());
  REQUIRE(product.output_rows() == plain.output_rows());
  const std::size_t lanes = static_cast<std::size_t>(width), rows = static_cast<std::size_t>(plain.input_rows()),
                    out_rows = static_cast<std::size_t>(plain.output_rows()),
                    terms = static_cast<std::size_t>(plain.terms()), outs = static_cast<std::size_t>(c.shape.out);
  AlignedFloats weights = numbers(outs * terms, 1), bias = numbers(outs, 2);
  if (mask != nullptr) {
    for (std::size_t i = 0; i < weights.size(); ++i) weights[i] *= mask[i];
    product.skip(mask);
  }
  const std::size_t x_stride = (rows + 2) * lanes, dy_stride = (out_rows + 1) * lanes,
                    n = static_cast<std::size_t>(tiles);
  AlignedFloats x = numbers(n * x_stride, 3), dy = numbers(n * dy_stride, 4), packed(product.packed()),
                scratch(product.scratch(), 77.0f);
  product.pack(weights.data(), packed.data());

  std::vector<double> y(out_rows * lanes), dx(rows * lanes), dweights(weights.size()), dbias(outs);
  plain.each([&](int from, int to, int o, int t) {
    const std::size_t w = static_cast<std::size_t>(o) * terms + static_cast<std::size_t>(t);
    for (std::size_t l = 0; l < lanes; ++l) {
      const std::size_t i = static_cast<std::size_t>(from) * lanes + l, j = static_cast<std::size_t>(to) * lanes + l;
      y[j] += static_cast<double>(weights[w]) * x[i];
      dx[i] += static_cast<double>(weights[w]) * dy[j];
      for (std::size_t tile = 0; tile < n; ++tile)
        dweights[w] += static_cast<double>(x[tile * x_stride + i]) * dy[tile * dy_stride + j];
    }
  });
  for (std::size_t row = 0; row < out_rows; ++row)
    for (std::size_t l = 0; l < lanes; ++l)
      for (std::size_t tile = 0; tile < n; ++tile)
        dbias[static_cast<std::size_t>(plain.output_of(static_cast<int>(row)))] +=
            dy[tile * dy_stride + row * lanes + l];

  AlignedFloats result(out_rows * lanes, 99.0f);
  product.forward(x.data(), packed.data(), nullptr, Activation::none, 0, result.data(), scratch.data());
  CHECK(difference(result, y) < kClose);
  for (Activation activation : {Activation::relu, Activation::leaky_relu}) {
    const double slope = activation == Activation::relu ? 0 : 0.25;
    std::vector<double> activated(y.size());
    for (std::size_t i = 0; i < y.size(); ++i) {
      double v = y[i] + bias[static_cast<std::size_t>(plain.output_of(static_cast<int>(i / lanes)))];
      activated[i] = v > 0 ? v : v * slope;
    }
    product.forward(x.data(), packed.data(), bias.data(), activation, 0.25f, result.data(), scratch.data());
    CHECK(difference(result, activated) < kClose);
  }

  AlignedFloats gradient(rows * lanes, 99.0f);
  product.input_gradient(dy.data(), packed.data(), gradient.data(), false, scratch.data());
  CHECK(difference(gradient, dx) < kClose);
  product.input_gradient(dy.data(), packed.data(), gradient.data(), true, scratch.data());
  for (double &v : dx) v *= 2;
  CHECK(difference(gradient, dx) < kClose);

  // Added to what is there; what is masked may stay as it is.
  AlignedFloats dw(weights.size(), 1.0f), db(outs, 1.0f);
  product.weight_gradient(x.data(), static_cast<std::ptrdiff_t>(x_stride), dy.data(),
                          static_cast<std::ptrdiff_t>(dy_stride), tiles, dw.data(), db.data(), scratch.data());
  for (std::size_t i = 0; i < dweights.size(); ++i)
    if (mask != nullptr && mask[i] == 0)
      dweights[i] = dw[i];
    else
      dweights[i] += 1;
  for (double &v : dbias) v += 1;
  CHECK(difference(dw, dweights) < kClose);
  CHECK(difference(db, dbias) < kClose);
  AlignedFloats alone(weights.size(), 1.0f);
  product.weight_gradient(x.data(), static_cast<std::ptrdiff_t>(x_stride), dy.data(),
                          static_cast<std::ptrdiff_t>(dy_stride), tiles, alone.data(), nullptr, scratch.data());
  CHECK(alone == dw);
}

}  // namespace

TEST_CASE("products and their gradients are what plain loops compute", "[fused]") {
  each_target([] {
    for (const Case &c : cases()) {
      check(c, 32, 1, nullptr);
      check(c, 64, 3, nullptr);
    }
    check(cases().front(), 256, 70, nullptr);  // more tiles than are summed up at once
    check(cases()[1], 96, 2, nullptr);
  });
}

TEST_CASE("products skip weights that are always 0", "[fused]") {
  each_target([] {
    for (const Case &c : cases()) {
      Product product(c.shape, 32);
      const std::size_t count = static_cast<std::size_t>(c.shape.out) * static_cast<std::size_t>(product.terms());
      AlignedFloats mask = numbers(count, 5);
      for (float &m : mask) m = m > 0.8f;  // one of ten is kept
      check(c, 32, 2, mask.data());
      std::fill(mask.begin(), mask.end(), 0.0f);
      check(c, 32, 1, mask.data());
    }
  });
}

TEST_CASE("products skip weights of layers whose operands are read in parts", "[fused]") {
  ProductShape conv{.in = 60, .out = 5};
  conv.extent = {9}, conv.kernel = {3}, conv.stride = conv.dilation = {1};
  conv.pad_begin = conv.pad_end = {1};
  const std::vector<Case> layers{{"many inputs", {.in = 400, .out = 7}},
                                 {"many outputs", {.in = 7, .out = 400}},
                                 {"convolution of many channels", conv}};
  each_target([&] {
    for (const Case &c : layers)
      for (const float share : {0.4f, 0.2f, 0.05f}) {
        Product product(c.shape, 96);
        AlignedFloats mask =
            numbers(static_cast<std::size_t>(c.shape.out) * static_cast<std::size_t>(product.terms()), 7);
        for (float &m : mask) m = m > 1 - 2 * share;
        check(c, 96, 2, mask.data());
      }
  });
}

TEST_CASE("weights are not skipped where lists would take longer", "[fused]") {
  ProductShape conv{.in = 16, .out = 16};
  conv.extent = {9, 9}, conv.kernel = {3, 3}, conv.stride = conv.dilation = {1, 1};
  conv.pad_begin = conv.pad_end = {0, 0};
  Product whole(conv, 32), half(conv, 32), tenth(conv, 32);
  AlignedFloats draws = numbers(16 * 16 * 9, 8), mask = draws;
  for (float &m : mask) m = m > 0;
  half.skip(mask.data());
  CHECK(half.packed() == whole.packed());
  std::transform(draws.begin(), draws.end(), mask.begin(), [](float m) { return m > 0.8f ? 1.0f : 0.0f; });
  tenth.skip(mask.data());
  CHECK(tenth.packed() < whole.packed() / 3);
}

TEST_CASE("masked products are smaller where blocks of weights are masked", "[fused]") {
  ProductShape shape{.in = 64, .out = 64};
  Product whole(shape, 32), sparse(shape, 32), dense(shape, 32);
  AlignedFloats mask = numbers(64 * 64, 6);
  for (float &m : mask) m = m > 0.8f;
  sparse.skip(mask.data());
  CHECK(sparse.packed() < whole.packed() / 2);
  std::fill(mask.begin(), mask.end(), 1.0f);
  dense.skip(mask.data());
  CHECK(dense.packed() == whole.packed());
}

TEST_CASE("a product refuses activation functions that it does not compute", "[fused]") {
  Product product({.in = 2, .out = 2}, 32);
  AlignedFloats x(64), y(64), packed(product.packed());
  CHECK_THROWS_AS(product.forward(x.data(), packed.data(), nullptr, Activation::gelu, 0, y.data(), nullptr),
                  std::invalid_argument);
}

}  // namespace nac::fw::fused

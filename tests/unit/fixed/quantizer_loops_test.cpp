// SPDX-License-Identifier: Apache-2.0
// The loops that training runs against the scalar arithmetic of the fixed room.
#include "fixed/training/quantizer_loops.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "fixed/training/fold_loops.hpp"
#include "nac/cpp/rng.hpp"

namespace {

using namespace nac::fw;

const std::vector<Rounding> kModes{Rounding::trn,         Rounding::rnd,      Rounding::rnd_conv,
                                   Rounding::rnd_inf,     Rounding::rnd_zero, Rounding::trn_zero,
                                   Rounding::rnd_min_inf, Rounding::ceil,     Rounding::away};

/// Around every integer and every tie of the range and beyond, in steps of 1/8, neighbours included, and extremes.
template <class T>
std::vector<T> grid(const QuantType &type, int fraction) {
  std::vector<T> x{0,        -T(0),    std::numeric_limits<float>::min(),  -std::numeric_limits<float>::min(),
                   T(3e38),  T(-3e38), std::numeric_limits<T>::infinity(), -std::numeric_limits<T>::infinity(),
                   T(1e-30), T(-1e-30)};
  const int64_t low = std::max<int64_t>(type.lowest() - 3, -40), high = std::min<int64_t>(type.highest() + 3, 140);
  const auto around = [&](double center) {
    for (int k = -8; k <= 8; ++k) {
      const T v = static_cast<T>(std::ldexp(center + k / 8.0, -fraction));
      x.push_back(v);
      x.push_back(std::nextafter(v, std::numeric_limits<T>::infinity()));
      x.push_back(std::nextafter(v, -std::numeric_limits<T>::infinity()));
    }
  };
  for (int64_t n = low; n <= high; ++n) around(static_cast<double>(n));
  for (const int64_t n : {type.lowest(), type.highest(), type.lowest() * 3, type.highest() * 5})
    around(static_cast<double>(n));
  for (T &v : x)  // of which a subnormal would be another case
    if (std::fabs(v) < T(std::numeric_limits<float>::min())) v = 0;
  return x;
}

template <class In, class Out>
long differences(const QuantType &type, int fraction) {
  const std::vector<In> x = grid<In>(type, fraction);
  std::vector<Out> y(x.size());
  quantize_values(x.data(), y.data(), x.size(), fraction, type);
  long wrong = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double expected =
        std::ldexp(static_cast<double>(quantize(static_cast<double>(x[i]), fraction, type)), -fraction);
    wrong += static_cast<double>(y[i]) != expected || std::signbit(y[i]) != (expected < 0);
  }
  return wrong;
}

}  // namespace

TEST_CASE("quantizer loops give the integers of the fixed room") {
  for (const Rounding rounding : kModes)
    for (const Overflow overflow : {Overflow::sat, Overflow::wrap})
      for (const bool is_signed : {true, false})
        for (const bool narrow : {false, true})
          for (const int width : {1, 2, 4, 8, 16, 21, 22, 24})
            for (const int fraction : {-9, 3, 100}) {
              if (is_signed && width == 1) continue;
              const QuantType type{is_signed, narrow, width, rounding, overflow};
              INFO("rounding " << static_cast<int>(rounding) << " overflow " << static_cast<int>(overflow) << " signed "
                               << is_signed << " narrow " << narrow << " width " << width << " fraction " << fraction);
              const long wrong = differences<float, float>(type, fraction) +
                                 differences<double, float>(type, fraction) +
                                 differences<float, double>(type, fraction);
              if (wrong != 0) CHECK(wrong == 0);
            }
  for (const Rounding rounding : kModes)
    for (const int width : {25, 32, 49, 50, 51, 53}) {
      const QuantType type{true, false, width, rounding, Overflow::sat};
      INFO("rounding " << static_cast<int>(rounding) << " width " << width);
      CHECK(differences<float, double>(type, 20) + differences<double, double>(type, 20) == 0);
    }
}

TEST_CASE("a subnormal float counts as 0, and what is no number stays none") {
  const QuantType type{true, false, 8, Rounding::trn, Overflow::sat};
  const float x[] = {-1e-40F, 1e-40F, std::numeric_limits<float>::quiet_NaN()};
  float y[3];
  quantize_values(x, y, 3, 4, type);
  CHECK(y[0] == 0);
  CHECK(y[1] == 0);
  CHECK(std::isnan(y[2]));
}

TEST_CASE("gradients of quantizers pass where an integer of the type is nearest") {
  for (const Rounding rounding : kModes)
    for (const bool is_signed : {true, false})
      for (const bool narrow : {false, true})
        for (const int width : {2, 4, 8, 16})
          for (const int fraction : {-3, 0, 5}) {
            const QuantType type{is_signed, narrow, width, rounding, Overflow::sat};
            QuantType unbounded = type;
            unbounded.width = 60, unbounded.is_signed = true, unbounded.narrow = false;
            std::vector<float> x = grid<float>(type, fraction);
            std::vector<float> y(x.size()), g(x.size()), gx(x.size());
            nac::rng random(7);
            for (float &v : g) v = static_cast<float>(random.normal());
            for (float &v : x)  // an infinite error is no gradient
              if (!(std::fabs(v) < 1e6F)) v = 1;
            quantize_values(x.data(), y.data(), x.size(), fraction, type);
            const double found =
                quantizer_gradient(x.data(), y.data(), g.data(), gx.data(), x.size(), fraction, type, true);
            double expected = 0, size = 0;
            long wrong = 0;
            for (std::size_t i = 0; i < x.size(); ++i) {
              const int64_t n = quantize(x[i], fraction, unbounded);
              const bool inside = n >= type.lowest() && n <= type.highest();
              wrong += gx[i] != (inside ? g[i] : 0);
              const double u = std::ldexp(static_cast<double>(x[i]), fraction);
              const double term = inside ? static_cast<double>(n) - u : static_cast<double>(bring_into_range(n, type));
              expected += static_cast<double>(g[i]) * term;
              size += std::fabs(static_cast<double>(g[i]) * term);
            }
            INFO("rounding " << static_cast<int>(rounding) << " signed " << is_signed << " narrow " << narrow
                             << " width " << width << " fraction " << fraction);
            CHECK(wrong == 0);
            CHECK(std::fabs(found - expected) <= 1e-5 * size);
          }
}

TEST_CASE("folded biases are rounded half to even on the grid of the accumulator") {
  const float b[] = {0.5F, 1.5F, -0.5F, -2.5F, 0.75F};
  float out[5];
  const double largest = fold_bias(b, {}, std::vector<double>(5, 1.0), 5, {0}, out);
  CHECK(std::vector<float>(out, out + 5) == std::vector<float>{0, 2, 0, -2, 1});
  CHECK(largest == 2);
}

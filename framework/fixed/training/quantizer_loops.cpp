// SPDX-License-Identifier: Apache-2.0
#include "fixed/training/quantizer_loops.hpp"

#include <algorithm>
#include <type_traits>

#include "fixed/training/rounding.hpp"

namespace nac::fw {
namespace {

template <class T, class In>
inline T without_subnormals(In x) {
  if constexpr (std::is_same_v<In, float>) x = std::fabs(x) < std::numeric_limits<float>::min() ? 0.0F : x;
  return static_cast<T>(x);
}

template <Rounding mode, class T, class In, class Out>
void round_all(const In *__restrict x, Out *__restrict y, std::size_t count, const RoundingRange<T> range) {
  for (std::size_t i = 0; i < count; ++i)
    y[i] = static_cast<Out>(rounded<mode>(without_subnormals<T>(x[i]), range) * range.scale);
}

/// What wraps or is too wide for the way above: one by one.
template <class In, class Out>
void round_slowly(const In *x, Out *y, std::size_t count, int fraction, const QuantType &type) {
  const double scale = std::ldexp(1.0, -fraction);
  for (std::size_t i = 0; i < count; ++i) {
    const auto v = without_subnormals<double>(x[i]);
    y[i] = static_cast<Out>(std::isnan(v) ? v : static_cast<double>(quantize(v, fraction, type)) * scale);
  }
}

/// The least and the greatest x that round to an integer of the type.
template <class T>
struct Inside {
  T lowest, highest;
};

template <class T>
Inside<T> inside_of(const QuantType &type, int fraction) {
  const auto lowest = static_cast<T>(type.lowest()), highest = static_cast<T>(type.highest());
  const T half = T(0.5), infinity = std::numeric_limits<T>::infinity();
  struct {
    T from, to;
    bool with_from, with_to;
  } open{};
  switch (type.rounding) {
    case Rounding::trn: open = {lowest, highest + 1, true, false}; break;
    case Rounding::rnd: open = {lowest - half, highest + half, true, false}; break;
    case Rounding::rnd_conv:
      open = {lowest - half, highest + half, type.lowest() % 2 == 0, type.highest() % 2 == 0};
      break;
    case Rounding::rnd_inf: open = {lowest - half, highest + half, false, false}; break;
    case Rounding::rnd_zero: open = {lowest - half, highest + half, true, true}; break;
    case Rounding::rnd_min_inf: open = {lowest - half, highest + half, false, true}; break;
    case Rounding::trn_zero: open = {lowest - 1, highest + 1, false, false}; break;
    case Rounding::ceil: open = {lowest - 1, highest, false, true}; break;
    case Rounding::away: open = {lowest, highest, true, true}; break;
  }
  const T from = std::ldexp(open.from, -fraction), to = std::ldexp(open.to, -fraction);
  return {open.with_from ? from : std::nextafter(from, infinity), open.with_to ? to : std::nextafter(to, -infinity)};
}

template <class T, class In, class Out>
void pass(const In *__restrict x, const Out *__restrict g, In *__restrict gx, std::size_t count, Inside<T> inside) {
  for (std::size_t i = 0; i < count; ++i) {
    const auto v = without_subnormals<T>(x[i]);
    const auto through = static_cast<In>(g[i]);
    gx[i] = v >= inside.lowest ? (v <= inside.highest ? through : In(0)) : In(0);
  }
}

/// Sum of g * (y - x) inside and g * y outside, in lanes that vector instructions can hold and blocks whose sums are
/// added in double precision.
template <class T, class In, class Out>
double scale_sum(const In *__restrict x, const Out *__restrict y, const Out *__restrict g, std::size_t count,
                 Inside<T> inside) {
  constexpr std::size_t kLanes = 8, kBlock = 2048;
  double sum = 0;
  const auto term = [&](std::size_t i) {
    const auto v = without_subnormals<T>(x[i]);
    const T taken = v >= inside.lowest ? (v <= inside.highest ? v : T(0)) : T(0);
    return static_cast<T>(g[i]) * (static_cast<T>(y[i]) - taken);
  };
  for (std::size_t first = 0; first < count; first += kBlock) {
    const std::size_t last = std::min(count, first + kBlock);
    T lanes[kLanes] = {};
    std::size_t i = first;
    for (; i + kLanes <= last; i += kLanes)
      for (std::size_t k = 0; k < kLanes; ++k) lanes[k] += term(i + k);
    for (; i < last; ++i) lanes[0] += term(i);
    for (const T lane : lanes) sum += static_cast<double>(lane);
  }
  return sum;
}

/// T: the type in which all bounds are exact.
template <class T, class In, class Out>
double gradient_in(const In *x, const Out *y, const Out *g, In *gx, std::size_t count, int fraction,
                   const QuantType &type, bool scale_too) {
  const Inside<T> inside = inside_of<T>(type, fraction);
  if (gx != nullptr) pass(x, g, gx, count, inside);
  return scale_too ? std::ldexp(scale_sum(x, y, g, count, inside), fraction) : 0;
}

}  // namespace

template <class In, class Out>
void quantize_values(const In *x, Out *y, std::size_t count, int fraction, const QuantType &type) {
  constexpr bool single = std::is_same_v<In, float> && std::is_same_v<Out, float>;
  if (single && rounds_in<float>(type)) {
    const RoundingRange<float> range(type, fraction);
    with_mode(type.rounding, [&]<Rounding mode>() { round_all<mode>(x, y, count, range); });
  } else if (rounds_in<double>(type)) {
    const RoundingRange<double> range(type, fraction);
    with_mode(type.rounding, [&]<Rounding mode>() { round_all<mode>(x, y, count, range); });
  } else {
    round_slowly(x, y, count, fraction, type);
  }
}

template <class In, class Out>
double quantizer_gradient(const In *x, const Out *y, const Out *g, In *gx, std::size_t count, int fraction,
                          const QuantType &type, bool scale_too) {
  constexpr bool single = std::is_same_v<In, float> && std::is_same_v<Out, float>;
  if (single && type.width <= 21) return gradient_in<float>(x, y, g, gx, count, fraction, type, scale_too);
  return gradient_in<double>(x, y, g, gx, count, fraction, type, scale_too);
}

#define NAC_BOTH(IN, OUT)                                                                                             \
  template void quantize_values(const IN *, OUT *, std::size_t, int, const QuantType &);                              \
  template double quantizer_gradient(const IN *, const OUT *, const OUT *, IN *, std::size_t, int, const QuantType &, \
                                     bool);
NAC_BOTH(float, float)
NAC_BOTH(float, double)
NAC_BOTH(double, float)
NAC_BOTH(double, double)
#undef NAC_BOTH

}  // namespace nac::fw

// SPDX-License-Identifier: Apache-2.0
#include "fixed/training/fold_loops.hpp"

#include <algorithm>
#include <cmath>

#include "fixed/training/rounding.hpp"

namespace nac::fw {
namespace {

/// Calls f(element, channel) in order.
template <class F>
void each_weight(const WeightLayout &layout, F &&f) {
  if (layout.inner == 1) {
    for (std::size_t i = 0; i < layout.count; i += layout.channels)
      for (std::size_t c = 0; c < layout.channels; ++c) f(i + c, c);
    return;
  }
  std::size_t i = 0;
  while (i < layout.count)
    for (std::size_t c = 0; c < layout.channels; ++c)
      for (std::size_t k = 0; k < layout.inner; ++k, ++i) f(i, c);
}

int fraction_of(const std::vector<int> &fractions, std::size_t channel) {
  return fractions.size() == 1 ? fractions[0] : fractions[channel];
}

double half_to_even(double x) {
  constexpr double kWhole = 4503599627370496;  // 2^52: from here on every double is an integer
  if (!(std::fabs(x) < kWhole)) return x;
  return std::copysign((std::fabs(x) + kWhole) - kWhole, x);
}

/// The float that fixed/fold.cpp rounds; a subnormal one counts as 0 whether or not the processor flushes it.
float folded(const WeightArrays &in, std::size_t i, std::size_t channel) {
  const float w = in.mask != nullptr ? in.weight[i] * in.mask[i] : in.weight[i];
  const float v = in.factor != nullptr ? static_cast<float>(static_cast<double>(w) * in.factor[channel]) : w;
  return std::fabs(v) < std::numeric_limits<float>::min() ? 0.0F : v;
}

}  // namespace

std::vector<double> folding_factors(const NormArrays &norm, std::size_t channels) {
  std::vector<double> factor(channels, 1.0);
  if (norm.gamma == nullptr) return factor;
  for (std::size_t c = 0; c < channels; ++c) {
    const double spread = static_cast<double>(norm.variance[c]) + norm.epsilon;
    factor[c] = static_cast<double>(norm.gamma[c]) / std::sqrt(spread);
  }
  return factor;
}

template <class Out>
void fold_weights(const WeightArrays &in, const WeightLayout &layout, const std::vector<int> &fractions,
                  const QuantType &type, Out *out) {
  std::vector<double> scale(layout.channels), inverse(layout.channels);
  for (std::size_t c = 0; c < layout.channels; ++c) {
    const int fraction = fraction_of(fractions, c);
    inverse[c] = std::ldexp(1.0, fraction);
    scale[c] = std::ldexp(1.0, -fraction) * (in.restored != nullptr ? in.restored[c] : 1.0);
  }
  if (!rounds_in<double>(type)) {
    each_weight(layout, [&](std::size_t i, std::size_t c) {
      const auto w = static_cast<double>(folded(in, i, c));
      out[i] = static_cast<Out>(
          std::isnan(w) ? w : static_cast<double>(quantize(w, fraction_of(fractions, c), type)) * scale[c]);
    });
    return;
  }
  const RoundingRange<double> unit(type, 0);
  with_mode(type.rounding, [&]<Rounding mode>() {
    each_weight(layout, [&](std::size_t i, std::size_t c) {
      const double w = static_cast<double>(folded(in, i, c)) * inverse[c];
      out[i] = static_cast<Out>(rounded<mode>(w, unit) * scale[c]);
    });
  });
}

template <class G>
void fold_weights_gradient(const WeightArrays &in, const WeightLayout &layout, const G *g, float *weight,
                           double *factor) {
  if (factor != nullptr) std::fill(factor, factor + layout.channels, 0.0);
  each_weight(layout, [&](std::size_t i, std::size_t c) {
    const double masked = static_cast<double>(g[i]) * (in.mask != nullptr ? static_cast<double>(in.mask[i]) : 1.0);
    if (weight != nullptr) weight[i] = static_cast<float>(in.factor != nullptr ? masked * in.factor[c] : masked);
    if (factor != nullptr) factor[c] += masked * static_cast<double>(in.weight[i]);
  });
}

double largest_row(const float *weight, const WeightLayout &layout, const std::vector<int> &fractions) {
  std::vector<double> sums(layout.channels, 0.0);
  each_weight(layout, [&](std::size_t i, std::size_t c) { sums[c] += static_cast<double>(std::fabs(weight[i])); });
  double largest = 0;
  for (std::size_t c = 0; c < layout.channels; ++c)
    largest = std::max(largest, std::ldexp(sums[c], fraction_of(fractions, c)));
  return largest;
}

double fold_bias(const float *b, const NormArrays &norm, const std::vector<double> &factor, std::size_t channels,
                 const std::vector<int> &fractions, float *out) {
  double largest = 0;
  for (std::size_t c = 0; c < channels; ++c) {
    float folded = b != nullptr ? b[c] : 0.0F;
    if (norm.gamma != nullptr) {
      const double centred = static_cast<double>(folded) - static_cast<double>(norm.mean[c]);
      const double scaled = centred * factor[c];
      folded = static_cast<float>(scaled + static_cast<double>(norm.beta[c]));
    }
    const int fraction = fraction_of(fractions, c);
    const double n = half_to_even(std::ldexp(static_cast<double>(folded), fraction));
    largest = std::fabs(n) > largest ? std::fabs(n) : largest;
    out[c] = static_cast<float>(std::ldexp(n, -fraction) + 0.0);
  }
  return largest;
}

#define NAC_FOR(TYPE)                                                                                                 \
  template void fold_weights(const WeightArrays &, const WeightLayout &, const std::vector<int> &, const QuantType &, \
                             TYPE *);                                                                                 \
  template void fold_weights_gradient(const WeightArrays &, const WeightLayout &, const TYPE *, float *, double *);
NAC_FOR(float)
NAC_FOR(double)
#undef NAC_FOR

}  // namespace nac::fw

// SPDX-License-Identifier: Apache-2.0
#include <limits>

#include "fused/kernels/softmax.hpp"
#include "fused/kernels/targets.hpp"
// Highway compiles this file once for each target.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fused/kernels/softmax_loss.cpp"
#include <hwy/foreach_target.h>

#include "fused/kernels/softmax-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace nac::fw::fused::HWY_NAMESPACE {
namespace {
using Indices = hn::RebindToSigned<Floats>;

/// What the lanes of one vector are asked for: the class, or -1 where there is none, and 1 or 0 for whether they count.
struct Asked {
  alignas(kAlignment) int32_t label[kWidthStep];
  alignas(kAlignment) float counts[kWidthStep];
};

void ask(const int64_t *labels, int64_t ignored, int classes, int samples, std::size_t lanes, Asked &asked) {
  for (std::size_t i = 0; i < lanes; ++i) {
    const bool counts = static_cast<int>(i) < samples && labels[i] != ignored;
    asked.counts[i] = counts ? 1.0F : 0.0F;
    asked.label[i] = counts && labels[i] >= 0 && labels[i] < classes ? static_cast<int32_t>(labels[i]) : -1;
  }
}

}  // namespace

double cross_entropy_of_tile(int classes, int positions, const float *scores, const int64_t *labels, int64_t ignored,
                             float weight, int samples, int width, float *dx, float *loss) {
  const Floats d;
  const Indices di;
  const std::size_t n = hn::Lanes(d), step = static_cast<std::size_t>(positions) * width;
  Asked asked{};
  alignas(kAlignment) float losses[kWidthStep];
  double sum = 0;
  for (std::size_t at = 0; at < step; at += n) {
    const int lane = static_cast<int>(at % width);
    ask(labels + at, ignored, classes, samples - lane, n, asked);
    const auto label = hn::Load(di, asked.label);
    const auto counts = hn::Gt(hn::Load(d, asked.counts), hn::Zero(d));
    const auto largest = largest_of(d, scores + at, classes, step);
    // A label that is no class has no loss: NaN, not any number.
    auto picked = hn::Set(d, std::numeric_limits<float>::quiet_NaN()), total = hn::Zero(d);
    for (int k = 0; k < classes; ++k) {
      const auto score = hn::Sub(hn::Load(d, scores + at + k * step), largest);
      const auto e = exponential(d, score);
      total = hn::Add(total, e);
      picked = hn::IfThenElse(hn::RebindMask(d, hn::Eq(label, hn::Set(di, k))), score, picked);
      if (dx != nullptr) hn::Store(e, d, dx + at + k * step);
    }
    hn::Store(hn::IfThenElseZero(counts, hn::Sub(logarithm(d, total), picked)), d, losses);
    for (std::size_t i = 0; i < n; ++i) sum += static_cast<double>(losses[i]);
    if (loss != nullptr) hn::Store(hn::Load(d, losses), d, loss + at);
    if (dx == nullptr) continue;
    const auto by = hn::IfThenElseZero(counts, hn::Div(hn::Set(d, weight), total));
    const auto one = hn::IfThenElseZero(counts, hn::Set(d, weight));
    for (int k = 0; k < classes; ++k) {
      float *to = dx + at + k * step;
      const auto hit = hn::IfThenElseZero(hn::RebindMask(d, hn::Eq(label, hn::Set(di, k))), one);
      hn::Store(hn::MulSub(hn::Load(d, to), by, hit), d, to);
    }
  }
  return sum;
}

}  // namespace nac::fw::fused::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nac::fw::fused {

HWY_EXPORT(cross_entropy_of_tile);

double cross_entropy(int classes, int positions, const float *scores, const int64_t *labels, int64_t ignored,
                     float weight, int samples, int width, float *dx, float *loss) {
  return HWY_DYNAMIC_DISPATCH(cross_entropy_of_tile)(classes, positions, scores, labels, ignored, weight, samples,
                                                     width, dx, loss);
}

}  // namespace nac::fw::fused
#endif

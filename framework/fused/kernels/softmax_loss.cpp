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

}  // namespace

double cross_entropy_of_tile(int classes, int positions, const float *scores, const int32_t *labels, float weight,
                             int width, float *dx, float *loss) {
  const Floats d;
  const Indices di;
  const std::size_t n = hn::Lanes(d), lanes = static_cast<std::size_t>(width),
                    step = static_cast<std::size_t>(positions) * lanes;
  double sum = 0;
  for (std::size_t row = 0; row < step; row += lanes) {
    // Of at most kLargestWidth losses, in single precision.
    auto of_row = hn::Zero(d);
    for (std::size_t at = row; at < row + lanes; at += n) {
      const auto label = hn::Load(di, labels + at);
      const auto counts = hn::RebindMask(d, hn::Ne(label, hn::Set(di, kUnlabeled)));
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
      const auto each = hn::IfThenElseZero(counts, hn::Sub(logarithm(d, total), picked));
      of_row = hn::Add(of_row, each);
      if (loss != nullptr) hn::Store(each, d, loss + at);
      if (dx == nullptr) continue;
      const auto one = hn::IfThenElseZero(counts, hn::Set(d, weight));
      const auto by = hn::Div(one, total);
      for (int k = 0; k < classes; ++k) {
        float *to = dx + at + k * step;
        const auto hit = hn::IfThenElseZero(hn::RebindMask(d, hn::Eq(label, hn::Set(di, k))), one);
        hn::Store(hn::MulSub(hn::Load(d, to), by, hit), d, to);
      }
    }
    sum += static_cast<double>(hn::GetLane(hn::SumOfLanes(d, of_row)));
  }
  return sum;
}

}  // namespace nac::fw::fused::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nac::fw::fused {

HWY_EXPORT(cross_entropy_of_tile);

double cross_entropy(int classes, int positions, const float *scores, const int32_t *labels, float weight, int width,
                     float *dx, float *loss) {
  return HWY_DYNAMIC_DISPATCH(cross_entropy_of_tile)(classes, positions, scores, labels, weight, width, dx, loss);
}

}  // namespace nac::fw::fused
#endif

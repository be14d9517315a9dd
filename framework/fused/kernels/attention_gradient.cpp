// SPDX-License-Identifier: Apache-2.0
#include "fused/kernels/targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fused/kernels/attention_gradient.cpp"
#include <hwy/foreach_target.h>

#include "fused/kernels/attention_blocks-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace nac::fw::fused::HWY_NAMESPACE {
namespace {

/// Gradients at one vector of lanes; data null: not wanted.
struct Wanted {
  Matrix<float> q, k, v;
  bool add_q, add_k, add_v;
};

/// dy over the sum of exponentials, and for each query its product with y, which softmax subtracts.
void scale_gradient(const Matrix<const float> &y, const Matrix<const float> &dy, const float *inverse,
                    const Parts &scaled, float *along) {
  const MatrixTag d;
  for (int c = 0; c < scaled.columns; ++c) {
    const float *of_y = y.at(0, c), *of_dy = dy.at(0, c);
    float *to = scaled.at(0, c) + c % kParts * kLanes;
    for (int i = 0; i < scaled.rows; ++i, of_y += y.row, of_dy += dy.row, to += kParts * kLanes) {
      const auto g = hn::Mul(hn::Load(d, of_dy), hn::Load(d, inverse + i * kLanes));
      const auto sum = c == 0 ? hn::Zero(d) : hn::Load(d, along + i * kLanes);
      hn::Store(g, d, to);
      hn::Store(hn::MulAdd(g, hn::Load(d, of_y), sum), d, along + i * kLanes);
    }
  }
}

/// Turns weights into the gradients of scores, from those of weights.
struct ScoreGradients {
  Weights weights;
  const float *along;

  template <int M, int N>
  HWY_INLINE void take(int query, int key, const Sums<M, N> &sums) const {
    const MatrixTag d;
    float *to = weights.at(query, key);
    NAC_UNROLL for (int i = 0; i < M; ++i) {
      const MatrixVector less = hn::Load(d, along + (query + i) * kLanes);
      NAC_UNROLL for (int j = 0; j < N; ++j) {
        float *at = to + (i * kPositions + j) * kLanes;
        hn::Store(hn::Mul(hn::Load(d, at), hn::Sub(sums[i][j], less)), d, at);
      }
    }
  }
};

void gradient(const Lane &lane, const Parts &dy, const float *along, const Wanted &wanted) {
  if (wanted.v.data != nullptr) gather(lane.weights, dy, {wanted.v, wanted.add_v});
  if (wanted.q.data == nullptr && wanted.k.data == nullptr) return;
  for (int first = 0; first < dy.rows; first += kStrip) {
    const int end = std::min(dy.rows, first + kStrip);
    scores(dy, lane.v, first, end, ScoreGradients{lane.weights, along});
    if (wanted.q.data != nullptr) mix(lane.weights, first, end, lane.k, {wanted.q, wanted.add_q});
  }
  if (wanted.k.data != nullptr) gather(lane.weights, lane.q, {transposed(wanted.k), wanted.add_k});
}

}  // namespace

void attention_gradient_of_tile(const AttentionShape &s, const float *y, const float *dy, float *kept,
                                const AttentionGradient &dq, const AttentionGradient &dk, const AttentionGradient &dv,
                                int width) {
  static thread_local AlignedFloats memory;
  const std::ptrdiff_t along = s.queries * kLanes;
  Parts scaled{nullptr, s.queries, s.channels};
  memory.resize(std::max(memory.size(), static_cast<std::size_t>(along + scaled.size())));
  scaled.data = memory.data() + along;
  over_lanes(s, width, [&](std::ptrdiff_t index, const auto &at) {
    const Lane lane = lane_at(s, kept + index * lane_size(s));
    scale_gradient(at(y, s.y), at(dy, s.y), lane.inverse, scaled, memory.data());
    gradient(lane, scaled, memory.data(),
             {at(dq.data, s.q), at(dk.data, s.k), at(dv.data, s.v), dq.add, dk.add, dv.add});
  });
}

}  // namespace nac::fw::fused::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nac::fw::fused {

HWY_EXPORT(attention_gradient_of_tile);

void attention_gradient(const AttentionShape &s, const float *y, const float *dy, float *kept,
                        const AttentionGradient &dq, const AttentionGradient &dk, const AttentionGradient &dv,
                        int width) {
  HWY_DYNAMIC_DISPATCH(attention_gradient_of_tile)(s, y, dy, kept, dq, dk, dv, width);
}

}  // namespace nac::fw::fused
#endif

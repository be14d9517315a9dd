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

/// dy over the sum of exponentials, [query][channel], and for each query its product with y, which softmax subtracts.
void scale_gradient(const AttentionShape &s, const Matrix<const float> &y, const Matrix<const float> &dy,
                    const float *inverse, float *by_threes, float *by_fours, float *along) {
  const MatrixTag d;
  for (int i = 0; i < s.queries; ++i) {
    const auto by = hn::Load(d, inverse + i * kLanes);
    float *three = by_threes + i / kPositions * panel_size(s.channels, kPositions) + i % kPositions * kLanes;
    float *four = by_fours + i * kParts * kLanes;
    auto sum = hn::Zero(d);
    for (int c = 0; c < s.channels; ++c, three += kPositions * kLanes) {
      const auto g = hn::Mul(hn::Load(d, dy.at(i, c)), by);
      hn::Store(g, d, three);
      hn::Store(g, d, four + c / kParts * panel_size(s.queries, kParts) + c % kParts * kLanes);
      sum = hn::MulAdd(g, hn::Load(d, y.at(i, c)), sum);
    }
    hn::Store(sum, d, along + i * kLanes);
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

void gradient(const AttentionShape &s, const Lane &lane, const Matrix<const float> &y, const Matrix<const float> &dy,
              const Wanted &wanted) {
  const std::ptrdiff_t threes_size = panels_size(s.channels, s.queries, kPositions),
                       fours_size = panels_size(s.queries, s.channels, kParts),
                       v_size = panels_size(s.channels, s.keys, kPositions),
                       k_size = panels_size(s.keys, s.depth, kParts), q_size = panels_size(s.queries, s.depth, kParts);
  Arena arena(threes_size + fours_size + s.queries * kLanes + v_size + std::max(k_size, q_size));
  float *const by_threes = arena.take(threes_size), *const by_fours = arena.take(fours_size);
  float *const along = arena.take(s.queries * kLanes), *const v = arena.take(v_size);
  float *const other = arena.take(std::max(k_size, q_size));
  scale_gradient(s, y, dy, lane.inverse, by_threes, by_fours, along);
  if (wanted.v.data != nullptr) gather(lane.weights, s.queries, by_fours, s.channels, {wanted.v, wanted.add_v});
  if (wanted.q.data == nullptr && wanted.k.data == nullptr) return;
  pack(transposed(lane.v), s.channels, s.keys, kPositions, v);
  if (wanted.q.data != nullptr) pack(transposed(lane.k), s.keys, s.depth, kParts, other);
  for (int first = 0; first < s.queries; first += kStrip) {
    const int end = std::min(s.queries, first + kStrip);
    scores(by_threes + panels_size(s.channels, first, kPositions), v, s.channels, first, end, s.keys,
           ScoreGradients{lane.weights, along});
    if (wanted.q.data != nullptr) mix(lane.weights, first, end, other, s.depth, {wanted.q, wanted.add_q});
  }
  if (wanted.k.data == nullptr) return;
  pack(lane.q, s.queries, s.depth, kParts, other);
  gather(lane.weights, s.queries, other, s.depth, {transposed(wanted.k), wanted.add_k});
}

}  // namespace

void attention_gradient_of_tile(const AttentionShape &s, const float *q, const float *k, const float *v, const float *y,
                                const float *dy, float *kept, const AttentionGradient &dq, const AttentionGradient &dk,
                                const AttentionGradient &dv, int width) {
  over_lanes(s, q, k, v, kept, width, [&](const Lane &lane, const auto &at) {
    gradient(s, lane, at(y, s.y), at(dy, s.y),
             {at(dq.data, s.q), at(dk.data, s.k), at(dv.data, s.v), dq.add, dk.add, dv.add});
  });
}

}  // namespace nac::fw::fused::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nac::fw::fused {

HWY_EXPORT(attention_gradient_of_tile);

void attention_gradient(const AttentionShape &s, const float *q, const float *k, const float *v, const float *y,
                        const float *dy, float *kept, const AttentionGradient &dq, const AttentionGradient &dk,
                        const AttentionGradient &dv, int width) {
  HWY_DYNAMIC_DISPATCH(attention_gradient_of_tile)(s, q, k, v, y, dy, kept, dq, dk, dv, width);
}

}  // namespace nac::fw::fused
#endif

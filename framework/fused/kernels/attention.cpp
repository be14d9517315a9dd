// SPDX-License-Identifier: Apache-2.0
#include "fused/kernels/attention.hpp"

#include <limits>

#include "fused/kernels/targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fused/kernels/attention.cpp"
#include <hwy/foreach_target.h>

#include "fused/kernels/attention_blocks-inl.hpp"
#include "fused/kernels/softmax-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace nac::fw::fused::HWY_NAMESPACE {
namespace {

/// Keeps scores, and the largest of each query.
struct Scores {
  Weights weights;
  float *largest;

  template <int M, int N>
  HWY_INLINE void take(int query, int key, const Sums<M, N> &sums) const {
    const MatrixTag d;
    float *to = weights.at(query, key);
    NAC_UNROLL for (int i = 0; i < M; ++i) {
      MatrixVector most = hn::Load(d, largest + (query + i) * kLanes);
      NAC_UNROLL for (int j = 0; j < N; ++j) {
        most = hn::Max(most, sums[i][j]);
        hn::Store(sums[i][j], d, to + (i * kPositions + j) * kLanes);
      }
      hn::Store(most, d, largest + (query + i) * kLanes);
    }
  }
};

/// Scores of one query to exp(score - largest); returns 1 over their sum.
FloatVector exponentials(const Weights &weights, int query, FloatVector largest) {
  const Floats d;
  FloatVector t0 = hn::Zero(d), t1 = t0, t2 = t0;
  float *at = weights.at(query, 0);
  int key = 0;
  for (; key + kPositions <= weights.keys; key += kPositions, at += weights.panel) {
    const auto e0 = exponential_below(hn::Sub(hn::Load(d, at), largest));
    const auto e1 = exponential_below(hn::Sub(hn::Load(d, at + kLanes), largest));
    const auto e2 = exponential_below(hn::Sub(hn::Load(d, at + 2 * kLanes), largest));
    hn::Store(e0, d, at);
    hn::Store(e1, d, at + kLanes);
    hn::Store(e2, d, at + 2 * kLanes);
    t0 = hn::Add(t0, e0), t1 = hn::Add(t1, e1), t2 = hn::Add(t2, e2);
  }
  for (; key < weights.keys; ++key, at += kLanes) {
    const auto e = exponential_below(hn::Sub(hn::Load(d, at), largest));
    hn::Store(e, d, at);
    t0 = hn::Add(t0, e);
  }
  return hn::Div(hn::Set(d, 1.0F), hn::Add(hn::Add(t0, t1), t2));
}

void forward(const Lane &lane, float *largest, const Matrix<float> &y) {
  const Floats d;
  const int queries = lane.q.rows;
  const auto lowest = hn::Set(d, -std::numeric_limits<float>::infinity());
  for (int i = 0; i < queries; ++i) hn::Store(lowest, d, largest + i * kLanes);
  for (int first = 0; first < queries; first += kStrip) {
    const int end = std::min(queries, first + kStrip);
    scores(lane.q, lane.k, first, end, Scores{lane.weights, largest});
    for (int i = first; i < end; ++i)
      hn::Store(exponentials(lane.weights, i, hn::Load(d, largest + i * kLanes)), d, lane.inverse + i * kLanes);
    mix(lane.weights, first, end, lane.v, {y, false, lane.inverse});
  }
}

}  // namespace

void attention_of_tile(const AttentionShape &s, const float *q, const float *k, const float *v, float *y, float *kept,
                       int width) {
  static thread_local AlignedFloats memory;
  const std::ptrdiff_t size = lane_size(s), largest = s.queries * kLanes;
  memory.resize(std::max(memory.size(), static_cast<std::size_t>(largest + size)));
  over_lanes(s, width, [&](std::ptrdiff_t index, const auto &at) {
    const Lane lane = lane_at(s, kept != nullptr ? kept + index * size : memory.data() + largest);
    pack(at(q, s.q), lane.q);
    pack(transposed(at(k, s.k)), lane.k);
    pack(at(v, s.v), lane.v);
    forward(lane, memory.data(), at(y, s.y));
  });
}

}  // namespace nac::fw::fused::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nac::fw::fused {

HWY_EXPORT(attention_of_tile);

std::size_t attention_rows(const AttentionShape &s) {
  const auto padded = [](int columns, int of_panel) { return (columns + of_panel - 1) / of_panel * of_panel; };
  const int depth = padded(s.depth, 4), of_queries = padded(s.keys, 3) + 1 + depth;
  return static_cast<std::size_t>(s.batches) *
         static_cast<std::size_t>(s.queries * of_queries + s.keys * (depth + padded(s.channels, 4)));
}

void attention(const AttentionShape &s, const float *q, const float *k, const float *v, float *y, float *kept,
               int width) {
  HWY_DYNAMIC_DISPATCH(attention_of_tile)(s, q, k, v, y, kept, width);
}

}  // namespace nac::fw::fused
#endif

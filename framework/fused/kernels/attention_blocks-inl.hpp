// SPDX-License-Identifier: Apache-2.0
// What attention is made of at one vector of lanes, for every target: operands in panels, and sums of their products in
// registers. A panel has a few columns of a matrix, packed row behind row, so that kernels read memory in its order.
#if defined(NAC_FUSED_ATTENTION_BLOCKS_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef NAC_FUSED_ATTENTION_BLOCKS_INL
#undef NAC_FUSED_ATTENTION_BLOCKS_INL
#else
#define NAC_FUSED_ATTENTION_BLOCKS_INL
#endif

#include <algorithm>
#include <cstddef>

#include "fused/aligned.hpp"
#include "fused/kernels/attention.hpp"
#include "fused/kernels/matmul-inl.hpp"
#include "fused/kernels/unroll.hpp"

HWY_BEFORE_NAMESPACE();
namespace nac::fw::fused::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

constexpr std::ptrdiff_t kLanes = static_cast<std::ptrdiff_t>(hn::MaxLanes(MatrixTag()));
// Positions (queries and keys) go by threes, what belongs to each of them by fours: sixteen registers hold the sums of
// 4 x 3 and what is multiplied.
constexpr int kPositions = 3, kParts = 4;
// Queries whose scores are computed before they are used: they stay in the first-level cache.
constexpr int kStrip = 9;

inline int panels(int columns, int columns_of_panel) { return (columns + columns_of_panel - 1) / columns_of_panel; }

/// A matrix with a row for each query or key, in panels of four columns.
struct Parts {
  float *data;
  int rows, columns;

  std::ptrdiff_t panel() const { return rows * kParts * kLanes; }
  std::ptrdiff_t size() const { return panels(columns, kParts) * panel(); }
  /// `column` begins a panel.
  float *at(int row, int column) const { return data + column / kParts * panel() + row * kParts * kLanes; }
};

template <class T>
Matrix<T> transposed(const Matrix<T> &m) {
  return {m.data, m.column, m.row};
}

template <int N>
HWY_INLINE void pack_panel(const Matrix<const float> &from, int rows, float *to) {
  const MatrixTag d;
  const float *at = from.data;
  for (int i = 0; i < rows; ++i, at += from.row, to += kParts * kLanes)
    NAC_UNROLL for (int j = 0; j < N; ++j) hn::Store(hn::Load(d, at + j * from.column), d, to + j * kLanes);
}

inline void pack(const Matrix<const float> &from, const Parts &to) {
  for (int c = 0; c < to.columns; c += kParts) {
    const Matrix<const float> panel{from.at(0, c), from.row, from.column};
    switch (to.columns - c) {
      case 1: pack_panel<1>(panel, to.rows, to.at(0, c)); break;
      case 2: pack_panel<2>(panel, to.rows, to.at(0, c)); break;
      case 3: pack_panel<3>(panel, to.rows, to.at(0, c)); break;
      default: pack_panel<4>(panel, to.rows, to.at(0, c));
    }
  }
}

template <int M, int N>
using Sums = MatrixVector[M][N];

template <int M, int N>
HWY_INLINE void clear(Sums<M, N> &sums) {
  NAC_UNROLL for (int i = 0; i < M; ++i) NAC_UNROLL for (int j = 0; j < N; ++j) sums[i][j] = hn::Zero(MatrixTag());
}

/// sums[i][j] += a[t][i] * b[t][j] over `count` terms t, whose elements lie so many vectors apart.
template <int a_step, int a_next, int b_step, int b_next, int M, int N>
HWY_INLINE void add_products(const float *a, const float *b, int count, Sums<M, N> &sums) {
  const MatrixTag d;
  for (int t = 0; t < count; ++t, a += a_step * kLanes, b += b_step * kLanes) {
    MatrixVector of_b[N];
    NAC_UNROLL for (int j = 0; j < N; ++j) of_b[j] = hn::Load(d, b + j * b_next * kLanes);
    NAC_UNROLL for (int i = 0; i < M; ++i) {
      const MatrixVector of_a = hn::Load(d, a + i * a_next * kLanes);
      NAC_UNROLL for (int j = 0; j < N; ++j) sums[i][j] = hn::MulAdd(of_a, of_b[j], sums[i][j]);
    }
  }
}

/// Weights, or their gradients: panels of three keys, each with all queries.
struct Weights {
  float *data;
  std::ptrdiff_t panel;
  int keys;

  float *at(int query, int key) const {
    return data + key / kPositions * panel + (query * kPositions + key % kPositions) * kLanes;
  }
};

/// Takes a sum to its place, times a factor per row where there is one.
struct Result {
  Matrix<float> to;
  bool add = false;
  const float *factors = nullptr;

  HWY_INLINE void operator()(int row, int column, MatrixVector sum) const {
    const MatrixTag d;
    if (factors != nullptr) sum = hn::Mul(sum, hn::Load(d, factors + row * kLanes));
    put(to.at(row, column), sum, add);
  }
};

/// Weights of N queries times M columns of a matrix with a row per key.
template <int M, int N>
HWY_INLINE void mix_block(const Weights &w, int query, const float *a, int column, const Result &result) {
  Sums<M, N> sums;
  clear<M, N>(sums);
  const float *b = w.at(query, 0);
  int key = 0;
  for (; key + kPositions <= w.keys; key += kPositions, a += kPositions * kParts * kLanes, b += w.panel)
    add_products<kParts, 1, 1, kPositions, M, N>(a, b, kPositions, sums);
  add_products<kParts, 1, 1, kPositions, M, N>(a, b, w.keys - key, sums);
  NAC_UNROLL for (int i = 0; i < M; ++i) NAC_UNROLL for (int j = 0; j < N; ++j)
      result(query + j, column + i, sums[i][j]);
}

template <int M>
void mix_panel(const Weights &w, int query, int end, const float *a, int column, const Result &result) {
  for (; query + 3 <= end; query += 3) mix_block<M, 3>(w, query, a, column, result);
  if (end - query == 2) mix_block<M, 2>(w, query, a, column, result);
  if (end - query == 1) mix_block<M, 1>(w, query, a, column, result);
}

/// result(query, column) = weights(query, key) a(key, column) of queries [query, end).
inline void mix(const Weights &w, int query, int end, const Parts &a, const Result &result) {
  for (int c = 0; c < a.columns; c += kParts) switch (a.columns - c) {
      case 1: mix_panel<1>(w, query, end, a.at(0, c), c, result); break;
      case 2: mix_panel<2>(w, query, end, a.at(0, c), c, result); break;
      case 3: mix_panel<3>(w, query, end, a.at(0, c), c, result); break;
      default: mix_panel<4>(w, query, end, a.at(0, c), c, result);
    }
}

/// M columns of a matrix with a row per query times the weights of N keys.
template <int M, int N>
HWY_INLINE void gather_block(const float *w, const Parts &a, int key, int column, const Result &result) {
  Sums<M, N> sums;
  clear<M, N>(sums);
  add_products<kParts, 1, kPositions, 1, M, N>(a.at(0, column), w, a.rows, sums);
  NAC_UNROLL for (int i = 0; i < M; ++i) NAC_UNROLL for (int j = 0; j < N; ++j) result(key + j, column + i, sums[i][j]);
}

template <int N>
void gather_panel(const float *w, const Parts &a, int key, int column, int end, const Result &result) {
  for (; column < end; column += kParts) switch (end - column) {
      case 1: gather_block<1, N>(w, a, key, column, result); break;
      case 2: gather_block<2, N>(w, a, key, column, result); break;
      case 3: gather_block<3, N>(w, a, key, column, result); break;
      default: gather_block<4, N>(w, a, key, column, result);
    }
}

/// result(key, column) = weights(query, key) a(query, column). A few panels of a stay in the first-level cache while
/// all weights go by.
inline void gather(const Weights &w, const Parts &a, const Result &result) {
  constexpr std::ptrdiff_t kFloats = 6 << 10;
  const int group = kParts * static_cast<int>(std::max<std::ptrdiff_t>(1, kFloats / a.panel()));
  for (int c = 0; c < a.columns; c += group) {
    const int end = std::min(a.columns, c + group);
    for (int key = 0; key < w.keys; key += kPositions) switch (w.keys - key) {
        case 1: gather_panel<1>(w.at(0, key), a, key, c, end, result); break;
        case 2: gather_panel<2>(w.at(0, key), a, key, c, end, result); break;
        default: gather_panel<3>(w.at(0, key), a, key, c, end, result);
      }
  }
}

/// Products of M queries with N keys; `use` takes them.
template <int M, int N, class Use>
HWY_INLINE void score_block(const Parts &q, const Parts &k, int query, int key, const Use &use) {
  Sums<M, N> sums;
  clear<M, N>(sums);
  const float *a = q.at(query, 0), *b = k.at(key, 0);
  int term = 0;
  for (; term + kParts <= q.columns; term += kParts, a += q.panel(), b += k.panel())
    add_products<1, kParts, 1, kParts, M, N>(a, b, kParts, sums);
  add_products<1, kParts, 1, kParts, M, N>(a, b, q.columns - term, sums);
  use.template take<M, N>(query, key, sums);
}

template <int N, class Use>
void score_panel(const Parts &q, const Parts &k, int query, int end, int key, const Use &use) {
  for (; query + 3 <= end; query += 3) score_block<3, N>(q, k, query, key, use);
  if (end - query == 2) score_block<2, N>(q, k, query, key, use);
  if (end - query == 1) score_block<1, N>(q, k, query, key, use);
}

/// Of queries [query, end) with all keys.
template <class Use>
void scores(const Parts &q, const Parts &k, int query, int end, const Use &use) {
  for (int key = 0; key < k.rows; key += kPositions) switch (k.rows - key) {
      case 1: score_panel<1>(q, k, query, end, key, use); break;
      case 2: score_panel<2>(q, k, query, end, key, use); break;
      default: score_panel<3>(q, k, query, end, key, use);
    }
}

/// What the forward pass has at one vector of lanes of a batch entry, and keeps.
struct Lane {
  Weights weights;  ///< exp(score - largest)
  float *inverse;   ///< 1 / the sums of these, [query]
  Parts q, k, v;
};

/// Floats of these.
inline std::ptrdiff_t lane_size(const AttentionShape &s) {
  const int of_queries = panels(s.keys, kPositions) * kPositions + 1 + panels(s.depth, kParts) * kParts;
  const int of_keys = (panels(s.depth, kParts) + panels(s.channels, kParts)) * kParts;
  return (s.queries * of_queries + s.keys * of_keys) * kLanes;
}

inline Lane lane_at(const AttentionShape &s, float *memory) {
  const std::ptrdiff_t panel = s.queries * kPositions * kLanes;
  Lane lane{{memory, panel, s.keys}, memory + panels(s.keys, kPositions) * panel, {}, {}, {}};
  lane.q = {lane.inverse + s.queries * kLanes, s.queries, s.depth};
  lane.k = {lane.q.data + lane.q.size(), s.keys, s.depth};
  lane.v = {lane.k.data + lane.k.size(), s.keys, s.channels};
  return lane;
}

/// Calls f(index, at) for every batch entry and vector of lanes, which it numbers: `at` gives a value's matrix there.
template <class F>
void over_lanes(const AttentionShape &s, int width, const F &f) {
  std::ptrdiff_t index = 0;
  for (int batch = 0; batch < s.batches; ++batch)
    for (int first = 0; first < width; first += static_cast<int>(kLanes), ++index)
      f(index, [batch, first, width](auto *data, const MatrixRows &rows) {
        auto m = entry(data, rows, batch, width);
        m.data = data != nullptr ? m.data + first : nullptr;
        return m;
      });
}

}  // namespace nac::fw::fused::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif

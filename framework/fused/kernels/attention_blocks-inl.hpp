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
constexpr int kStrip = 6;

inline int panels(int columns, int columns_of_panel) { return (columns + columns_of_panel - 1) / columns_of_panel; }

// Floats of a panel of `rows` rows.
inline std::ptrdiff_t panel_size(int rows, int columns) { return rows * columns * kLanes; }

inline std::ptrdiff_t panels_size(int rows, int columns, int columns_of_panel) {
  return panels(columns, columns_of_panel) * panel_size(rows, columns_of_panel);
}

/// Memory of one thread for panels.
class Arena {
 public:
  explicit Arena(std::ptrdiff_t floats) {
    static thread_local AlignedFloats memory;
    memory.resize(std::max(memory.size(), static_cast<std::size_t>(floats)));
    next_ = memory.data();
  }
  float *take(std::ptrdiff_t floats) {
    float *mine = next_;
    next_ += floats;
    return mine;
  }

 private:
  float *next_;
};

template <class T>
Matrix<T> transposed(const Matrix<T> &m) {
  return {m.data, m.column, m.row};
}

/// Puts a matrix into panels.
inline void pack(const Matrix<const float> &m, int rows, int columns, int columns_of_panel, float *to) {
  const MatrixTag d;
  for (int j = 0; j < columns; j += columns_of_panel, to += panel_size(rows, columns_of_panel)) {
    const int count = std::min(columns - j, columns_of_panel);
    for (int c = 0; c < count; ++c) {
      const float *from = m.at(0, j + c);
      float *at = to + c * kLanes;
      for (int i = 0; i < rows; ++i, from += m.row, at += columns_of_panel * kLanes)
        hn::Store(hn::Load(d, from), d, at);
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
template <int a_step, int b_step, int b_next, int M, int N>
HWY_INLINE void add_products(const float *a, const float *b, int count, Sums<M, N> &sums) {
  const MatrixTag d;
  for (int t = 0; t < count; ++t, a += a_step * kLanes, b += b_step * kLanes) {
    MatrixVector of_b[N];
    NAC_UNROLL for (int j = 0; j < N; ++j) of_b[j] = hn::Load(d, b + j * b_next * kLanes);
    NAC_UNROLL for (int i = 0; i < M; ++i) {
      const MatrixVector of_a = hn::Load(d, a + i * kLanes);
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
    add_products<kParts, 1, kPositions, M, N>(a, b, kPositions, sums);
  add_products<kParts, 1, kPositions, M, N>(a, b, w.keys - key, sums);
  NAC_UNROLL for (int i = 0; i < M; ++i) NAC_UNROLL for (int j = 0; j < N; ++j)
      result(query + j, column + i, sums[i][j]);
}

template <int M>
void mix_panel(const Weights &w, int query, int end, const float *a, int column, const Result &result) {
  for (; query + 3 <= end; query += 3) mix_block<M, 3>(w, query, a, column, result);
  if (end - query == 2) mix_block<M, 2>(w, query, a, column, result);
  if (end - query == 1) mix_block<M, 1>(w, query, a, column, result);
}

/// y(query, column) = weights(query, key) a(key, column) of queries [query, end); a in panels of fours.
inline void mix(const Weights &w, int query, int end, const float *a, int columns, const Result &result) {
  for (int c = 0; c < columns; c += kParts, a += panel_size(w.keys, kParts)) switch (columns - c) {
      case 1: mix_panel<1>(w, query, end, a, c, result); break;
      case 2: mix_panel<2>(w, query, end, a, c, result); break;
      case 3: mix_panel<3>(w, query, end, a, c, result); break;
      default: mix_panel<4>(w, query, end, a, c, result);
    }
}

/// M columns of a matrix with a row per query times the weights of N keys.
template <int M, int N>
HWY_INLINE void gather_block(const float *w, int queries, const float *a, int key, int column, const Result &result) {
  Sums<M, N> sums;
  clear<M, N>(sums);
  add_products<kParts, kPositions, 1, M, N>(a, w, queries, sums);
  NAC_UNROLL for (int i = 0; i < M; ++i) NAC_UNROLL for (int j = 0; j < N; ++j) result(key + j, column + i, sums[i][j]);
}

template <int N>
void gather_panel(const float *w, int queries, const float *a, int key, int column, int end, const Result &result) {
  for (; column < end; column += kParts, a += panel_size(queries, kParts)) switch (end - column) {
      case 1: gather_block<1, N>(w, queries, a, key, column, result); break;
      case 2: gather_block<2, N>(w, queries, a, key, column, result); break;
      case 3: gather_block<3, N>(w, queries, a, key, column, result); break;
      default: gather_block<4, N>(w, queries, a, key, column, result);
    }
}

/// y(key, column) = weights(query, key) a(query, column); a in panels of fours, of which a few stay in the first-level
/// cache while all weights go by.
inline void gather(const Weights &w, int queries, const float *a, int columns, const Result &result) {
  constexpr std::ptrdiff_t kFloats = 6 << 10;
  const int group = kParts * static_cast<int>(std::max<std::ptrdiff_t>(1, kFloats / panel_size(queries, kParts)));
  for (int c = 0; c < columns; c += group, a += panel_size(queries, group)) {
    const int end = std::min(columns, c + group);
    for (int key = 0; key < w.keys; key += kPositions) switch (w.keys - key) {
        case 1: gather_panel<1>(w.at(0, key), queries, a, key, c, end, result); break;
        case 2: gather_panel<2>(w.at(0, key), queries, a, key, c, end, result); break;
        default: gather_panel<3>(w.at(0, key), queries, a, key, c, end, result);
      }
  }
}

/// Products of M queries with N keys, each with as many terms.
template <int M, int N, class Use>
HWY_INLINE void score_block(const float *q, const float *k, int terms, int query, int key, const Use &use) {
  Sums<M, N> sums;
  clear<M, N>(sums);
  add_products<kPositions, kPositions, 1, M, N>(q, k, terms, sums);
  use.template take<M, N>(query, key, sums);
}

template <int N, class Use>
void score_panel(const float *q, const float *k, int terms, int query, int end, int key, const Use &use) {
  for (; query + 3 <= end; query += 3, q += panel_size(terms, kPositions))
    score_block<3, N>(q, k, terms, query, key, use);
  if (end - query == 2) score_block<2, N>(q, k, terms, query, key, use);
  if (end - query == 1) score_block<1, N>(q, k, terms, query, key, use);
}

/// Of queries [query, end) with all keys, both in panels of threes; `q` begins with the first query.
template <class Use>
void scores(const float *q, const float *k, int terms, int query, int end, int keys, const Use &use) {
  for (int key = 0; key < keys; key += kPositions, k += panel_size(terms, kPositions)) switch (keys - key) {
      case 1: score_panel<1>(q, k, terms, query, end, key, use); break;
      case 2: score_panel<2>(q, k, terms, query, end, key, use); break;
      default: score_panel<3>(q, k, terms, query, end, key, use);
    }
}

/// What lies at one vector of lanes of a batch entry.
struct Lane {
  Matrix<const float> q, k, v;
  Weights weights;  ///< exp(score - largest); data null: not kept
  float *inverse;   ///< 1 / the sums of these, [query]
};

/// Floats of the weights at one vector of lanes.
inline std::ptrdiff_t weights_size(const AttentionShape &s) { return panels_size(s.queries, s.keys, kPositions); }

/// Calls f(lane, at) for every batch entry and vector of lanes: `at` gives a value's matrix there.
template <class F>
void over_lanes(const AttentionShape &s, const float *q, const float *k, const float *v, float *kept, int width,
                const F &f) {
  const std::ptrdiff_t size = weights_size(s), all = size + s.queries * kLanes;
  for (int batch = 0; batch < s.batches; ++batch)
    for (int first = 0; first < width; first += static_cast<int>(kLanes)) {
      const auto at = [&](auto *data, const MatrixRows &rows) {
        auto m = entry(data, rows, batch, width);
        m.data = data != nullptr ? m.data + first : nullptr;
        return m;
      };
      Lane lane{at(q, s.q), at(k, s.k), at(v, s.v), {nullptr, panel_size(s.queries, kPositions), s.keys}, nullptr};
      if (kept != nullptr) {
        lane.weights.data = kept + (static_cast<std::ptrdiff_t>(batch) * width + first) / kLanes * all;
        lane.inverse = lane.weights.data + size;
      }
      f(lane, at);
    }
}

}  // namespace nac::fw::fused::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif

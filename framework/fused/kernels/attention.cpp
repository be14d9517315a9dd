// SPDX-License-Identifier: Apache-2.0
#include "fused/kernels/attention.hpp"

#include <algorithm>

#include "fused/aligned.hpp"
#include "fused/kernels/targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fused/kernels/attention.cpp"
#include <hwy/foreach_target.h>

#include "fused/kernels/matmul-inl.hpp"
#include "fused/kernels/softmax-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace nac::fw::fused::HWY_NAMESPACE {
namespace {

// All at one vector of lanes. What lies packed has an element per vector, row behind row; what belongs to a query is
// done for a strip of them at a time.
constexpr int kStrip = 4, kGradientStrip = 8;

std::ptrdiff_t lanes() { return static_cast<std::ptrdiff_t>(hn::Lanes(MatrixTag())); }

/// Memory of one thread for packed matrices.
class Arena {
 public:
  explicit Arena(int elements) {
    static thread_local AlignedFloats memory;
    memory.resize(std::max(memory.size(), static_cast<std::size_t>(elements * lanes())));
    next_ = memory.data();
  }
  Matrix<float> packed(int rows, int columns) {
    const Matrix<float> m{next_, columns * lanes(), lanes()};
    next_ += rows * m.row;
    return m;
  }
  Matrix<const float> packed(const Matrix<const float> &m, int rows, int columns) {
    return copy(m, rows, columns, packed(rows, columns).data);
  }

 private:
  float *next_;
};

template <class T>
Matrix<const float> readable(const Matrix<T> &m) {
  return {m.data, m.row, m.column};
}

template <class T>
Matrix<T> transposed(const Matrix<T> &m) {
  return {m.data, m.column, m.row};
}

template <class T>
Matrix<T> from_row(const Matrix<T> &m, int row) {
  return {m.at(row, 0), m.row, m.column};
}

/// y(m x n) = or += a(m x k) b(k x n).
void product(const Matrix<const float> &a, const Matrix<const float> &b, const Matrix<float> &y, int m, int n, int k,
             bool add) {
  for (int i = 0; i < m; i += 4) strip(std::min(m - i, 4), from_row(a, i), b, from_row(y, i), n, k, add);
}

/// Scores of one query to exp(score - largest); returns 1 over their sum.
FloatVector exponentials(float *scores, int keys) {
  const Floats d;
  const auto step = lanes();
  const auto largest = largest_of(d, scores, keys, static_cast<std::size_t>(step));
  auto total = hn::Zero(d);
  for (int j = 0; j < keys; ++j, scores += step) {
    const auto e = exponential(d, hn::Sub(hn::Load(d, scores), largest));
    hn::Store(e, d, scores);
    total = hn::Add(total, e);
  }
  return hn::Div(hn::Set(d, 1.0F), total);
}

/// Operands at one vector of lanes. `weights` are the exponentials [query][key], `inverse` is 1 over their sums.
struct Lane {
  Matrix<const float> q, k, v;
  float *weights, *inverse;
};

void forward(const AttentionShape &s, const Lane &lane, const Matrix<float> &y) {
  const Floats d;
  Arena arena(s.depth * s.keys + s.keys * s.channels + kStrip * (s.depth + s.keys));
  const auto k = arena.packed(lane.k, s.depth, s.keys), v = arena.packed(lane.v, s.keys, s.channels);
  const auto q = arena.packed(kStrip, s.depth), strip_weights = arena.packed(kStrip, s.keys);
  for (int i = 0; i < s.queries; i += kStrip) {
    const int rows = std::min(s.queries - i, kStrip);
    Matrix<float> weights = strip_weights;
    if (lane.weights != nullptr) weights.data = lane.weights + i * weights.row;
    copy(from_row(lane.q, i), rows, s.depth, q.data);
    product(readable(q), k, weights, rows, s.keys, s.depth, false);
    FloatVector inverse[kStrip];
    for (int r = 0; r < rows; ++r) {
      inverse[r] = exponentials(weights.at(r, 0), s.keys);
      if (lane.inverse != nullptr) hn::Store(inverse[r], d, lane.inverse + (i + r) * lanes());
    }
    product(readable(weights), v, from_row(y, i), rows, s.channels, s.keys, false);
    for (int r = 0; r < rows; ++r)
      for (int c = 0; c < s.channels; ++c) {
        float *at = y.at(i + r, c);
        hn::Store(hn::Mul(hn::Load(d, at), inverse[r]), d, at);
      }
  }
}

/// Gradients at one vector of lanes; data null: not wanted.
struct Wanted {
  Matrix<float> q, k, v;
  bool add_q, add_k, add_v;
};

void put_all(const Matrix<float> &from, int rows, int columns, const Matrix<float> &to, bool add) {
  const Floats d;
  for (int i = 0; i < rows; ++i)
    for (int j = 0; j < columns; ++j) put(to.at(i, j), hn::Load(d, from.at(i, j)), add);
}

/// Of a query's dy: what its weights are multiplied by, dy over the sum of exponentials, goes to `scaled`; returns its
/// product with y, which softmax subtracts.
FloatVector scale_gradient(const Matrix<const float> &y, const Matrix<const float> &dy, int channels,
                           const float *inverse, float *scaled) {
  const Floats d;
  const auto by = hn::Load(d, inverse);
  auto sum = hn::Zero(d);
  for (int c = 0; c < channels; ++c) {
    const auto g = hn::Mul(hn::Load(d, dy.at(0, c)), by);
    hn::Store(g, d, scaled + c * lanes());
    sum = hn::MulAdd(g, hn::Load(d, y.at(0, c)), sum);
  }
  return sum;
}

void gradient(const AttentionShape &s, const Lane &lane, const Matrix<const float> &y, const Matrix<const float> &dy,
              const Wanted &wanted) {
  const Floats d;
  const int of_keys = s.keys * (s.depth + s.channels);
  Arena arena(2 * of_keys + kGradientStrip * (s.depth + s.channels + s.keys));
  const auto k = arena.packed(lane.k, s.depth, s.keys);
  const auto v = arena.packed(transposed(lane.v), s.channels, s.keys);
  const auto dk = arena.packed(s.depth, s.keys), dv = arena.packed(s.channels, s.keys);
  const auto q = arena.packed(kGradientStrip, s.depth), dys = arena.packed(kGradientStrip, s.channels);
  const auto dscores = arena.packed(kGradientStrip, s.keys);
  for (int i = 0; i < s.queries; i += kGradientStrip) {
    const int rows = std::min(s.queries - i, kGradientStrip);
    const Matrix<const float> weights{lane.weights + i * s.keys * lanes(), s.keys * lanes(), lanes()};
    FloatVector along[kGradientStrip];
    for (int r = 0; r < rows; ++r)
      along[r] = scale_gradient(from_row(y, i + r), from_row(dy, i + r), s.channels, lane.inverse + (i + r) * lanes(),
                                dys.at(r, 0));
    if (wanted.v.data != nullptr) product(transposed(readable(dys)), weights, dv, s.channels, s.keys, rows, i != 0);
    if (wanted.q.data == nullptr && wanted.k.data == nullptr) continue;
    product(readable(dys), v, dscores, rows, s.keys, s.channels, false);
    for (int r = 0; r < rows; ++r)
      for (int j = 0; j < s.keys; ++j) {
        float *at = dscores.at(r, j);
        hn::Store(hn::Mul(hn::Load(d, weights.at(r, j)), hn::Sub(hn::Load(d, at), along[r])), d, at);
      }
    if (wanted.q.data != nullptr)
      product(readable(dscores), transposed(k), from_row(wanted.q, i), rows, s.depth, s.keys, wanted.add_q);
    if (wanted.k.data == nullptr) continue;
    copy(from_row(lane.q, i), rows, s.depth, q.data);
    product(transposed(readable(q)), readable(dscores), dk, s.depth, s.keys, rows, i != 0);
  }
  if (wanted.k.data != nullptr) put_all(dk, s.depth, s.keys, wanted.k, wanted.add_k);
  if (wanted.v.data != nullptr) put_all(transposed(dv), s.keys, s.channels, wanted.v, wanted.add_v);
}

/// Calls f(lane, at) for every batch entry and vector of lanes: `at` gives a value's matrix there.
template <class F>
void over_lanes(const AttentionShape &s, const float *q, const float *k, const float *v, float *kept, int width,
                const F &f) {
  for (int batch = 0; batch < s.batches; ++batch)
    for (int first = 0; first < width; first += static_cast<int>(lanes())) {
      const auto at = [&](auto *data, const MatrixRows &rows) {
        auto m = entry(data, rows, batch, width);
        if (data != nullptr)
          m.data += first;
        else
          m.data = nullptr;
        return m;
      };
      Lane lane{at(q, s.q), at(k, s.k), at(v, s.v), nullptr, nullptr};
      if (kept != nullptr) {
        const std::ptrdiff_t queries = s.queries, scores = queries * s.keys, all = scores + queries;
        lane.weights = kept + (static_cast<std::ptrdiff_t>(batch) * width + first) * all;
        lane.inverse = lane.weights + scores * lanes();
      }
      f(lane, at);
    }
}

}  // namespace

void attention_of_tile(const AttentionShape &s, const float *q, const float *k, const float *v, float *y, float *kept,
                       int width) {
  over_lanes(s, q, k, v, kept, width, [&](const Lane &lane, const auto &at) { forward(s, lane, at(y, s.y)); });
}

void attention_gradient_of_tile(const AttentionShape &s, const float *q, const float *k, const float *v, const float *y,
                                const float *dy, const float *kept, const AttentionGradient &dq,
                                const AttentionGradient &dk, const AttentionGradient &dv, int width) {
  over_lanes(s, q, k, v, const_cast<float *>(kept), width, [&](const Lane &lane, const auto &at) {
    gradient(s, lane, at(y, s.y), at(dy, s.y),
             {at(dq.data, s.q), at(dk.data, s.k), at(dv.data, s.v), dq.add, dk.add, dv.add});
  });
}

}  // namespace nac::fw::fused::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nac::fw::fused {

HWY_EXPORT(attention_of_tile);
HWY_EXPORT(attention_gradient_of_tile);

std::size_t attention_rows(const AttentionShape &s) {
  return static_cast<std::size_t>(s.batches) * static_cast<std::size_t>(s.queries) *
         (static_cast<std::size_t>(s.keys) + 1);
}

void attention(const AttentionShape &s, const float *q, const float *k, const float *v, float *y, float *kept,
               int width) {
  HWY_DYNAMIC_DISPATCH(attention_of_tile)(s, q, k, v, y, kept, width);
}

void attention_gradient(const AttentionShape &s, const float *q, const float *k, const float *v, const float *y,
                        const float *dy, const float *kept, const AttentionGradient &dq, const AttentionGradient &dk,
                        const AttentionGradient &dv, int width) {
  HWY_DYNAMIC_DISPATCH(attention_gradient_of_tile)(s, q, k, v, y, dy, kept, dq, dk, dv, width);
}

}  // namespace nac::fw::fused
#endif

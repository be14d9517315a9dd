// SPDX-License-Identifier: Apache-2.0
// Products of two matrices of each sample, at one vector of lanes, for every target.
#if defined(NAC_FUSED_MATMUL_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef NAC_FUSED_MATMUL_INL
#undef NAC_FUSED_MATMUL_INL
#else
#define NAC_FUSED_MATMUL_INL
#endif

#include <hwy/highway.h>

#include <cstddef>

#include "fused/kernels/matmul.hpp"

HWY_BEFORE_NAMESPACE();
namespace nac::fw::fused::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using MatrixTag = hn::ScalableTag<float>;
using MatrixVector = hn::Vec<MatrixTag>;

// A matrix at one vector of lanes: element (i, j) is at data + i * row + j * column.
template <class T>
struct Matrix {
  T *data;
  std::ptrdiff_t row, column;
  T *at(std::ptrdiff_t i, std::ptrdiff_t j) const { return data + i * row + j * column; }
};

HWY_INLINE void put(float *y, MatrixVector v, bool add) {
  const MatrixTag d;
  hn::Store(add ? hn::Add(hn::Load(d, y), v) : v, d, y);
}

// M x N elements of y from column j on. Sixteen registers hold the sums of 4 x 3 with three elements of b and one of a.
template <int M, int N>
HWY_INLINE void block(const Matrix<const float> &a, const Matrix<const float> &b, const Matrix<float> &y, int j, int k,
                      bool add) {
  const MatrixTag d;
  const MatrixVector zero = hn::Zero(d);
  MatrixVector s00 = zero, s01 = zero, s02 = zero, s10 = zero, s11 = zero, s12 = zero;
  MatrixVector s20 = zero, s21 = zero, s22 = zero, s30 = zero, s31 = zero, s32 = zero;
  const float *pa = a.at(0, 0), *pb = b.at(0, j);
  for (int t = 0; t < k; ++t, pa += a.column, pb += b.row) {
    const MatrixVector b0 = hn::Load(d, pb), b1 = N > 1 ? hn::Load(d, pb + b.column) : zero,
                       b2 = N > 2 ? hn::Load(d, pb + 2 * b.column) : zero;
    const MatrixVector a0 = hn::Load(d, pa);
    s00 = hn::MulAdd(a0, b0, s00);
    if constexpr (N > 1) s01 = hn::MulAdd(a0, b1, s01);
    if constexpr (N > 2) s02 = hn::MulAdd(a0, b2, s02);
    if constexpr (M > 1) {
      const MatrixVector a1 = hn::Load(d, pa + a.row);
      s10 = hn::MulAdd(a1, b0, s10);
      if constexpr (N > 1) s11 = hn::MulAdd(a1, b1, s11);
      if constexpr (N > 2) s12 = hn::MulAdd(a1, b2, s12);
    }
    if constexpr (M > 2) {
      const MatrixVector a2 = hn::Load(d, pa + 2 * a.row);
      s20 = hn::MulAdd(a2, b0, s20);
      if constexpr (N > 1) s21 = hn::MulAdd(a2, b1, s21);
      if constexpr (N > 2) s22 = hn::MulAdd(a2, b2, s22);
    }
    if constexpr (M > 3) {
      const MatrixVector a3 = hn::Load(d, pa + 3 * a.row);
      s30 = hn::MulAdd(a3, b0, s30);
      if constexpr (N > 1) s31 = hn::MulAdd(a3, b1, s31);
      if constexpr (N > 2) s32 = hn::MulAdd(a3, b2, s32);
    }
  }
  put(y.at(0, j), s00, add);
  if constexpr (N > 1) put(y.at(0, j + 1), s01, add);
  if constexpr (N > 2) put(y.at(0, j + 2), s02, add);
  if constexpr (M > 1) {
    put(y.at(1, j), s10, add);
    if constexpr (N > 1) put(y.at(1, j + 1), s11, add);
    if constexpr (N > 2) put(y.at(1, j + 2), s12, add);
  }
  if constexpr (M > 2) {
    put(y.at(2, j), s20, add);
    if constexpr (N > 1) put(y.at(2, j + 1), s21, add);
    if constexpr (N > 2) put(y.at(2, j + 2), s22, add);
  }
  if constexpr (M > 3) {
    put(y.at(3, j), s30, add);
    if constexpr (N > 1) put(y.at(3, j + 1), s31, add);
    if constexpr (N > 2) put(y.at(3, j + 2), s32, add);
  }
}

// M rows of y.
template <int M>
HWY_INLINE void strip(const Matrix<const float> &a, const Matrix<const float> &b, const Matrix<float> &y, int n, int k,
                      bool add) {
  int j = 0;
  for (; j + 3 <= n; j += 3) block<M, 3>(a, b, y, j, k, add);
  if (n - j == 2) block<M, 2>(a, b, y, j, k, add);
  if (n - j == 1) block<M, 1>(a, b, y, j, k, add);
}

// Null stays null.
template <class T>
Matrix<T> entry(T *data, const MatrixRows &rows, int batch, int width) {
  const auto w = static_cast<std::ptrdiff_t>(width);
  if (data == nullptr) return {nullptr, rows.row * w, rows.column * w};
  return {data + batch * rows.batch * w, rows.row * w, rows.column * w};
}

template <class T>
Matrix<T> lanes_from(const Matrix<T> &m, int lane) {
  return {m.data != nullptr ? m.data + lane : nullptr, m.row, m.column};
}

// A copy of a matrix at one vector of lanes without gaps: rows of lanes lie a power of two apart, so that those of one
// vector would share few sets of the cache.
inline Matrix<const float> copy(const Matrix<const float> &m, int rows, int columns, float *to) {
  const MatrixTag d;
  const auto lanes = static_cast<std::ptrdiff_t>(hn::Lanes(d));
  float *next = to;
  for (int i = 0; i < rows; ++i)
    for (int j = 0; j < columns; ++j, next += lanes) hn::Store(hn::Load(d, m.at(i, j)), d, next);
  return {to, columns * lanes, lanes};
}

// M <= 4 rows of y.
inline void strip(int rows, const Matrix<const float> &a, const Matrix<const float> &b, const Matrix<float> &y, int n,
                  int k, bool add) {
  switch (rows) {
    case 4: return strip<4>(a, b, y, n, k, add);
    case 3: return strip<3>(a, b, y, n, k, add);
    case 2: return strip<2>(a, b, y, n, k, add);
    default: return strip<1>(a, b, y, n, k, add);
  }
}

}  // namespace nac::fw::fused::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif

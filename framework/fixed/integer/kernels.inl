// SPDX-License-Identifier: Apache-2.0
//
// Included by kernels_base.cpp and kernels_avx2.cpp, which differ in what the compiler may use. Integers are exact in
// float32 up to 2^24 and in double up to 2^53 (2^51 here, for the conversion below), and processors multiply and add those fastest; whoever plans a step has
// proved that no partial sum goes beyond. Four results are computed together, so that each value that is loaded is used
// four times.
#include "fixed/integer/kernels.hpp"

#define NAC_INLINE __attribute__((always_inline)) inline

namespace nac::fw {
namespace {

template <class T, std::size_t Bytes>
struct VectorOf {
  typedef T Type __attribute__((vector_size(Bytes)));
};
/// 32 bytes of the arithmetic's type A, and as many integers of type S.
template <class A>
using Vector = typename VectorOf<A, 32>::Type;
template <class A, class S>
using Loaded = typename VectorOf<S, 32 / sizeof(A) * sizeof(S)>::Type;
template <class A>
constexpr std::size_t kWidth = 32 / sizeof(A);

template <class S>
NAC_INLINE S *place(Unit *memory, Ref at) {
  return reinterpret_cast<S *>(memory + at);
}

template <class A, class S>
NAC_INLINE void load(const S *from, Vector<A> &to) {
  to = __builtin_convertvector(*reinterpret_cast<const Loaded<A, S> *>(from), Vector<A>);
}

/// As 64-bit integers: in 0x1.8p52 + x the last bits are those of x, which takes no conversion.
NAC_INLINE void convert(const Vector<double> &x, Vector<int64_t> &to) {
  to = (Vector<int64_t>)(x + 0x1.8p52) - 0x4338000000000000;
}
template <class From, class To>
NAC_INLINE void convert(const From &x, To &to) {
  to = __builtin_convertvector(x, To);
}

template <class A, class O>
NAC_INLINE void store(const Vector<A> &first, const Vector<A> &second, Unit *memory, Ref at, std::size_t lane) {
  O *to = place<O>(memory, at) + lane;
  convert(first, *reinterpret_cast<Loaded<A, O> *>(to));
  convert(second, *reinterpret_cast<Loaded<A, O> *>(to + kWidth<A>));
}

/// The first `results` of four sums over two vectors of samples.
#define NAC_STORE(results, out)                                   \
  store<A, O>(a0, a1, memory, (out)[0], lane);                    \
  if ((results) > 1) store<A, O>(b0, b1, memory, (out)[1], lane); \
  if ((results) > 2) store<A, O>(c0, c1, memory, (out)[2], lane); \
  if ((results) > 3) store<A, O>(d0, d1, memory, (out)[3], lane)

template <class S, class A, class O>
void layer(const LayerView &s, Unit *memory) {
  const Vector<A> zero = {};
  for (std::size_t g = 0; g < s.groups; ++g) {
    const TermGroup group = s.group[g];
    const A *weights = static_cast<const A *>(s.weight) + group.first * 4,
            *bias = static_cast<const A *>(s.bias) + g * 4;
    const uint32_t *terms = s.terms + group.first;
    const std::size_t results = s.channels - g * 4;
    for (std::size_t p = 0; p < s.positions; ++p) {
      const Ref *index = s.index + p * s.fan_in;
      const Ref *out = s.out + p * s.channels + g * 4;
      for (std::size_t lane = 0; lane < kLanes; lane += 2 * kWidth<A>) {
        Vector<A> a0 = zero + bias[0], b0 = zero + bias[1], c0 = zero + bias[2], d0 = zero + bias[3];
        Vector<A> a1 = a0, b1 = b0, c1 = c0, d1 = d0;
        for (std::size_t t = 0; t < group.count; ++t) {
          const S *from = place<S>(memory, index[terms[t]]) + lane;
          const A *w = weights + t * 4;
          Vector<A> x0, x1;
          load<A, S>(from, x0);
          load<A, S>(from + kWidth<A>, x1);
          a0 += x0 * w[0];
          a1 += x1 * w[0];
          b0 += x0 * w[1];
          b1 += x1 * w[1];
          c0 += x0 * w[2];
          c1 += x1 * w[2];
          d0 += x0 * w[3];
          d1 += x1 * w[3];
        }
        NAC_STORE(results, out);
      }
    }
  }
}

template <class L, class R, class A, class O>
void product(const ProductView &s, Unit *memory) {
  for (std::size_t row = 0; row < s.batch * s.rows; ++row) {
    const Ref *left = s.left + row * s.inner;
    const Ref *right = s.right + row / s.rows * s.inner * s.columns;
    for (std::size_t j = 0; j < s.columns; j += 4) {
      const std::size_t results = s.columns - j;
      const std::size_t second = results > 1 ? 1 : 0, third = results > 2 ? 2 : 0, fourth = results > 3 ? 3 : 0;
      for (std::size_t lane = 0; lane < kLanes; lane += 2 * kWidth<A>) {
        Vector<A> a0 = {}, a1 = {}, b0 = {}, b1 = {}, c0 = {}, c1 = {}, d0 = {}, d1 = {};
        for (std::size_t k = 0; k < s.inner; ++k) {
          const L *from = place<L>(memory, left[k]) + lane;
          const Ref *columns = right + k * s.columns + j;
          Vector<A> x0, x1, y0, y1;
          load<A, L>(from, x0);
          load<A, L>(from + kWidth<A>, x1);
          load<A, R>(place<R>(memory, columns[0]) + lane, y0);
          load<A, R>(place<R>(memory, columns[0]) + lane + kWidth<A>, y1);
          a0 += x0 * y0;
          a1 += x1 * y1;
          load<A, R>(place<R>(memory, columns[second]) + lane, y0);
          load<A, R>(place<R>(memory, columns[second]) + lane + kWidth<A>, y1);
          b0 += x0 * y0;
          b1 += x1 * y1;
          load<A, R>(place<R>(memory, columns[third]) + lane, y0);
          load<A, R>(place<R>(memory, columns[third]) + lane + kWidth<A>, y1);
          c0 += x0 * y0;
          c1 += x1 * y1;
          load<A, R>(place<R>(memory, columns[fourth]) + lane, y0);
          load<A, R>(place<R>(memory, columns[fourth]) + lane + kWidth<A>, y1);
          d0 += x0 * y0;
          d1 += x1 * y1;
        }
        const Ref *out = s.out + row * s.columns + j;
        NAC_STORE(results, out);
      }
    }
  }
}

LayerKernel layer_kernel(Arithmetic arithmetic, bool wide_in, bool wide_out) {
  switch (arithmetic) {
    case Arithmetic::f32: return layer<int32_t, float, int32_t>;
    case Arithmetic::i32: return layer<int32_t, int32_t, int32_t>;
    case Arithmetic::f64: return wide_out ? layer<int32_t, double, int64_t> : layer<int32_t, double, int32_t>;
    case Arithmetic::i64: break;
  }
  return wide_in ? layer<int64_t, int64_t, int64_t> : layer<int32_t, int64_t, int64_t>;
}

ProductKernel product_kernel(Arithmetic arithmetic, bool wide_left, bool wide_right, bool wide_out) {
  switch (arithmetic) {
    case Arithmetic::f32: return product<int32_t, int32_t, float, int32_t>;
    case Arithmetic::i32: return product<int32_t, int32_t, int32_t, int32_t>;
    case Arithmetic::f64:
      return wide_out ? product<int32_t, int32_t, double, int64_t> : product<int32_t, int32_t, double, int32_t>;
    case Arithmetic::i64: break;
  }
  if (wide_left)
    return wide_right ? product<int64_t, int64_t, int64_t, int64_t> : product<int64_t, int32_t, int64_t, int64_t>;
  return wide_right ? product<int32_t, int64_t, int64_t, int64_t> : product<int32_t, int32_t, int64_t, int64_t>;
}

}  // namespace

const Kernels NAC_KERNELS = {layer_kernel, product_kernel};

}  // namespace nac::fw

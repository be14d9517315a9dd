// SPDX-License-Identifier: Apache-2.0
//
// Sums of products. Integers are exact in float32 up to 2^24 and in double up to 2^53, and processors multiply and add
// those fastest; whoever plans a step has proved that no partial sum goes beyond. Four results are computed together,
// so that each value that is loaded is used four times.
#include <algorithm>
#include <cstdlib>

#include "fixed/integer/lanes.hpp"

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

template <class A, class S>
NAC_INLINE void load(const S *from, Vector<A> &to) {
  to = __builtin_convertvector(*reinterpret_cast<const Loaded<A, S> *>(from), Vector<A>);
}

template <class A, class O>
NAC_INLINE void store(const Vector<A> &from, O *to) {
  *reinterpret_cast<Loaded<A, O> *>(to) = __builtin_convertvector(from, Loaded<A, O>);
}

/// Four sums over two vectors of samples.
template <class A>
struct Sums {
  Vector<A> a0{}, a1{}, b0{}, b1{}, c0{}, c1{}, d0{}, d1{};

  NAC_INLINE void start(A a, A b, A c, A d) {
    const Vector<A> zero = {};
    a0 = a1 = zero + a;
    b0 = b1 = zero + b;
    c0 = c1 = zero + c;
    d0 = d1 = zero + d;
  }
  template <class O>
  NAC_INLINE void finish(Unit *memory, const Ref *out, std::size_t results, std::size_t lane) const {
    const auto put = [&](std::size_t m, const Vector<A> &first, const Vector<A> &second)
        __attribute__((always_inline)) {
      if (m >= results) return;
      O *to = lanes<O>(memory, out[m]) + lane;
      store<A, O>(first, to);
      store<A, O>(second, to + kWidth<A>);
    };
    put(0, a0, a1);
    put(1, b0, b1);
    put(2, c0, c1);
    put(3, d0, d1);
  }
};

template <class A>
struct LayerWeights {
  const A *weight, *bias;
};

template <class S, class A, class O>
NAC_INLINE void layer(const LayerStep &s, const LayerWeights<A> &w, Unit *memory) {
  for (std::size_t g = 0; g < s.groups.size(); ++g) {
    const LayerStep::Group group = s.groups[g];
    const A *weights = w.weight + group.first * 4, *bias = w.bias + g * 4;
    const uint32_t *terms = s.terms.data() + group.first;
    const std::size_t results = std::min<std::size_t>(4, s.channels - g * 4);
    for (std::size_t p = 0; p < s.positions; ++p) {
      const Ref *index = s.index.data() + p * s.fan_in;
      const Ref *out = s.out.data() + p * s.channels + g * 4;
      for (std::size_t lane = 0; lane < kLanes; lane += 2 * kWidth<A>) {
        Sums<A> sums;
        sums.start(bias[0], bias[1], bias[2], bias[3]);
        for (std::size_t t = 0; t < group.count; ++t) {
          const S *from = lanes<S>(memory, index[terms[t]]) + lane;
          Vector<A> x0, x1;
          load<A, S>(from, x0);
          load<A, S>(from + kWidth<A>, x1);
          const A *v = weights + t * 4;
          sums.a0 += x0 * v[0];
          sums.a1 += x1 * v[0];
          sums.b0 += x0 * v[1];
          sums.b1 += x1 * v[1];
          sums.c0 += x0 * v[2];
          sums.c1 += x1 * v[2];
          sums.d0 += x0 * v[3];
          sums.d1 += x1 * v[3];
        }
        sums.template finish<O>(memory, out, results, lane);
      }
    }
  }
}

template <class L, class R, class A, class O>
NAC_INLINE void product(const ProductStep &s, Unit *memory) {
  for (std::size_t row = 0; row < s.batch * s.rows; ++row) {
    const Ref *left = s.left.data() + row * s.inner;
    const Ref *right = s.right.data() + row / s.rows * s.inner * s.columns;
    for (std::size_t j = 0; j < s.columns; j += 4) {
      const std::size_t results = std::min<std::size_t>(4, s.columns - j);
      const std::size_t second = std::min<std::size_t>(1, results - 1), third = std::min<std::size_t>(2, results - 1),
                        fourth = results - 1;
      for (std::size_t lane = 0; lane < kLanes; lane += 2 * kWidth<A>) {
        Sums<A> sums;
        sums.start(0, 0, 0, 0);
        for (std::size_t k = 0; k < s.inner; ++k) {
          const L *from = lanes<L>(memory, left[k]) + lane;
          Vector<A> x0, x1, y0, y1;
          load<A, L>(from, x0);
          load<A, L>(from + kWidth<A>, x1);
          const Ref *columns = right + k * s.columns + j;
          const auto column = [&](std::size_t m) __attribute__((always_inline)) {
            const R *to = lanes<R>(memory, columns[m]) + lane;
            load<A, R>(to, y0);
            load<A, R>(to + kWidth<A>, y1);
          };
          column(0);
          sums.a0 += x0 * y0;
          sums.a1 += x1 * y1;
          column(second);
          sums.b0 += x0 * y0;
          sums.b1 += x1 * y1;
          column(third);
          sums.c0 += x0 * y0;
          sums.c1 += x1 * y1;
          column(fourth);
          sums.d0 += x0 * y0;
          sums.d1 += x1 * y1;
        }
        sums.template finish<O>(memory, s.out.data() + row * s.columns + j, results, lane);
      }
    }
  }
}

// One function per combination that occurs: clones cannot be templates.
NAC_CLONED void layer_f32(const LayerStep &s, Unit *m) {
  layer<int32_t, float, int32_t>(s, {s.weight_f32.data(), s.bias_f32.data()}, m);
}
NAC_CLONED void layer_i32(const LayerStep &s, Unit *m) {
  layer<int32_t, int32_t, int32_t>(s, {s.weight_i32.data(), s.bias_i32.data()}, m);
}
NAC_CLONED void layer_f64(const LayerStep &s, Unit *m) {
  layer<int32_t, double, int32_t>(s, {s.weight_f64.data(), s.bias_f64.data()}, m);
}
NAC_CLONED void layer_f64_wide(const LayerStep &s, Unit *m) {
  layer<int32_t, double, int64_t>(s, {s.weight_f64.data(), s.bias_f64.data()}, m);
}
NAC_CLONED void layer_i64(const LayerStep &s, Unit *m) {
  const LayerWeights<int64_t> w{s.weight_i64.data(), s.bias_i64.data()};
  if (s.wide_in) {
    s.wide_out ? layer<int64_t, int64_t, int64_t>(s, w, m) : layer<int64_t, int64_t, int32_t>(s, w, m);
  } else {
    s.wide_out ? layer<int32_t, int64_t, int64_t>(s, w, m) : layer<int32_t, int64_t, int32_t>(s, w, m);
  }
}

NAC_CLONED void product_f32(const ProductStep &s, Unit *m) { product<int32_t, int32_t, float, int32_t>(s, m); }
NAC_CLONED void product_i32(const ProductStep &s, Unit *m) { product<int32_t, int32_t, int32_t, int32_t>(s, m); }
NAC_CLONED void product_f64(const ProductStep &s, Unit *m) {
  s.wide_out ? product<int32_t, int32_t, double, int64_t>(s, m) : product<int32_t, int32_t, double, int32_t>(s, m);
}
template <class L, class R>
void product_i64(const ProductStep &s, Unit *m) {
  s.wide_out ? product<L, R, int64_t, int64_t>(s, m) : product<L, R, int64_t, int32_t>(s, m);
}

}  // namespace

Arithmetic arithmetic_for(int64_t bound, bool wide) {
  if (wide) return Arithmetic::i64;
  if (bound <= int64_t{1} << 24) return Arithmetic::f32;
  if (bound < int64_t{1} << 31) return Arithmetic::i32;
  return bound <= int64_t{1} << 53 ? Arithmetic::f64 : Arithmetic::i64;
}

void LayerStep::set_weights(const std::vector<int64_t> &weight, const std::vector<int64_t> &bias) {
  const auto keep = [&](std::vector<float> &f32, std::vector<int32_t> &i32, std::vector<double> &f64,
                        std::vector<int64_t> &i64, int64_t n) {
    switch (arithmetic) {
      case Arithmetic::f32: f32.push_back(static_cast<float>(n)); break;
      case Arithmetic::i32: i32.push_back(static_cast<int32_t>(n)); break;
      case Arithmetic::f64: f64.push_back(static_cast<double>(n)); break;
      case Arithmetic::i64: i64.push_back(n); break;
    }
  };
  for (std::size_t m = 0; m < channels; m += 4) {
    const std::size_t results = std::min<std::size_t>(4, channels - m);
    Group group{terms.size(), 0};
    for (std::size_t k = 0; k < fan_in; ++k) {
      int64_t four[4] = {};
      bool used = false;
      for (std::size_t i = 0; i < results; ++i) {
        four[i] = weight[(m + i) * fan_in + k];
        used = used || four[i] != 0;
      }
      if (!used) continue;
      terms.push_back(static_cast<uint32_t>(k));
      ++group.count;
      for (const int64_t n : four) keep(weight_f32, weight_i32, weight_f64, weight_i64, n);
    }
    for (std::size_t i = 0; i < 4; ++i) keep(bias_f32, bias_i32, bias_f64, bias_i64, i < results ? bias[m + i] : 0);
    groups.push_back(group);
  }
}

void LayerStep::run(Unit *memory, const Rows & /*rows*/) const {
  switch (arithmetic) {
    case Arithmetic::f32: return layer_f32(*this, memory);
    case Arithmetic::i32: return layer_i32(*this, memory);
    case Arithmetic::f64: return wide_out ? layer_f64_wide(*this, memory) : layer_f64(*this, memory);
    case Arithmetic::i64: return layer_i64(*this, memory);
  }
}

void ProductStep::run(Unit *memory, const Rows & /*samples*/) const {
  switch (arithmetic) {
    case Arithmetic::f32: return product_f32(*this, memory);
    case Arithmetic::i32: return product_i32(*this, memory);
    case Arithmetic::f64: return product_f64(*this, memory);
    case Arithmetic::i64: break;
  }
  if (wide_left)
    return wide_right ? product_i64<int64_t, int64_t>(*this, memory) : product_i64<int64_t, int32_t>(*this, memory);
  return wide_right ? product_i64<int32_t, int64_t>(*this, memory) : product_i64<int32_t, int32_t>(*this, memory);
}

}  // namespace nac::fw

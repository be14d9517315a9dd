// SPDX-License-Identifier: Apache-2.0
#include "fused/kernels/binary.hpp"

#include <cstddef>

#include "fused/kernels/targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fused/kernels/binary.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace nac::fw::fused::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using D = hn::ScalableTag<float>;
using V = hn::Vec<D>;

// Rows of the result from `begin` on for which both operands go on in memory, or stay the same constant.
int run_of(const Side &a, const Side &b, int begin) {
  const auto goes_on = [](const Side &side, int i) {
    return side.row[i] == side.row[i - 1] + (side.kind == Side::Kind::rows ? 1 : 0);
  };
  const int rows = static_cast<int>(a.row.size());
  int end = begin + 1;
  while (end < rows && goes_on(a, end) && goes_on(b, end)) ++end;
  return end - begin;
}

// An operand along one run.
struct Rows {
  const float *data;
  V at(std::size_t i) const { return hn::Load(D(), data + i); }
};
struct Constant {
  const float *data;
  V at(std::size_t) const { return hn::Set(D(), *data); }
};

struct Add {
  static V result(V a, V b) { return hn::Add(a, b); }
  template <class A, class B>
  static V gradient_a(const A &, const B &, V dy, std::size_t) {
    return dy;
  }
  template <class A, class B>
  static V gradient_b(const A &, const B &, V dy, std::size_t) {
    return dy;
  }
};

struct Sub {
  static V result(V a, V b) { return hn::Sub(a, b); }
  template <class A, class B>
  static V gradient_a(const A &, const B &, V dy, std::size_t) {
    return dy;
  }
  template <class A, class B>
  static V gradient_b(const A &, const B &, V dy, std::size_t) {
    return hn::Neg(dy);
  }
};

struct Mul {
  static V result(V a, V b) { return hn::Mul(a, b); }
  template <class A, class B>
  static V gradient_a(const A &, const B &b, V dy, std::size_t i) {
    return hn::Mul(dy, b.at(i));
  }
  template <class A, class B>
  static V gradient_b(const A &a, const B &, V dy, std::size_t i) {
    return hn::Mul(dy, a.at(i));
  }
};

struct Div {
  static V result(V a, V b) { return hn::Div(a, b); }
  // Lanes behind the last sample may divide by 0; they must not give NaN to a sum.
  static V where_any(V dy, V gradient) { return hn::IfThenZeroElse(hn::Eq(dy, hn::Zero(D())), gradient); }
  template <class A, class B>
  static V gradient_a(const A &, const B &b, V dy, std::size_t i) {
    return where_any(dy, hn::Div(dy, b.at(i)));
  }
  template <class A, class B>
  static V gradient_b(const A &a, const B &b, V dy, std::size_t i) {
    const V divisor = b.at(i);
    return where_any(dy, hn::Neg(hn::Mul(hn::Div(dy, divisor), hn::Div(a.at(i), divisor))));
  }
};

template <class Op>
struct Forward {
  float *y;
  int width;
  template <class A, class B>
  void run(int begin, int count, const A &a, const B &b) const {
    const std::size_t lanes = static_cast<std::size_t>(count) * width;
    float *to = y + static_cast<std::size_t>(begin) * width;
    for (std::size_t i = 0; i < lanes; i += hn::Lanes(D())) hn::Store(Op::result(a.at(i), b.at(i)), D(), to + i);
  }
};

template <class Op, int side>
struct Backward {
  const Side &target;
  const float *dy;
  float *dside;
  int width;
  template <class A, class B>
  static V gradient(const A &a, const B &b, V dy, std::size_t i) {
    if constexpr (side == 0)
      return Op::gradient_a(a, b, dy, i);
    else
      return Op::gradient_b(a, b, dy, i);
  }
  template <class A, class B>
  void run(int begin, int count, const A &a, const B &b) const {
    const D d;
    const std::size_t lanes = static_cast<std::size_t>(count) * width;
    const float *from = dy + static_cast<std::size_t>(begin) * width;
    if (target.kind == Side::Kind::rows) {
      float *to = dside + static_cast<std::size_t>(target.row[begin]) * width;
      for (std::size_t i = 0; i < lanes; i += hn::Lanes(d))
        hn::Store(hn::Add(hn::Load(d, to + i), gradient(a, b, hn::Load(d, from + i), i)), d, to + i);
      return;
    }
    V sum = hn::Zero(d);
    for (std::size_t i = 0; i < lanes; i += hn::Lanes(d)) sum = hn::Add(sum, gradient(a, b, hn::Load(d, from + i), i));
    dside[target.row[begin]] += hn::GetLane(hn::SumOfLanes(d, sum));
  }
};

// Runs of the result's rows, as long as both operands allow: the whole value where nothing is broadcast.
template <class Work>
void each_run(const Side &a, const Side &b, const float *a_data, const float *b_data, int width, const Work &work) {
  const bool a_rows = a.kind == Side::Kind::rows, b_rows = b.kind == Side::Kind::rows;
  const int rows = static_cast<int>(a.row.size());
  for (int i = 0, count = 0; i < rows; i += count) {
    count = run_of(a, b, i);
    const float *pa = a_data + static_cast<std::ptrdiff_t>(a.row[i]) * (a_rows ? width : 1);
    const float *pb = b_data + static_cast<std::ptrdiff_t>(b.row[i]) * (b_rows ? width : 1);
    if (a_rows && b_rows)
      work.run(i, count, Rows{pa}, Rows{pb});
    else if (a_rows)
      work.run(i, count, Rows{pa}, Constant{pb});
    else if (b_rows)
      work.run(i, count, Constant{pa}, Rows{pb});
    else
      work.run(i, count, Constant{pa}, Constant{pb});
  }
}

void binary_target(Binary op, const Side &a, const Side &b, const float *a_data, const float *b_data, float *y,
                   int width) {
  switch (op) {
    case Binary::add: return each_run(a, b, a_data, b_data, width, Forward<Add>{y, width});
    case Binary::sub: return each_run(a, b, a_data, b_data, width, Forward<Sub>{y, width});
    case Binary::mul: return each_run(a, b, a_data, b_data, width, Forward<Mul>{y, width});
    case Binary::div: return each_run(a, b, a_data, b_data, width, Forward<Div>{y, width});
  }
}

template <class Op>
void gradient_of(int side, const Side &a, const Side &b, const float *a_data, const float *b_data, const float *dy,
                 float *dside, int width) {
  if (side == 0)
    each_run(a, b, a_data, b_data, width, Backward<Op, 0>{a, dy, dside, width});
  else
    each_run(a, b, a_data, b_data, width, Backward<Op, 1>{b, dy, dside, width});
}

void binary_gradient_target(Binary op, int side, const Side &a, const Side &b, const float *a_data, const float *b_data,
                            const float *dy, float *dside, int width) {
  switch (op) {
    case Binary::add: return gradient_of<Add>(side, a, b, a_data, b_data, dy, dside, width);
    case Binary::sub: return gradient_of<Sub>(side, a, b, a_data, b_data, dy, dside, width);
    case Binary::mul: return gradient_of<Mul>(side, a, b, a_data, b_data, dy, dside, width);
    case Binary::div: return gradient_of<Div>(side, a, b, a_data, b_data, dy, dside, width);
  }
}

}  // namespace nac::fw::fused::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nac::fw::fused {

HWY_EXPORT(binary_target);
HWY_EXPORT(binary_gradient_target);

void binary(Binary op, const Side &a, const Side &b, const float *a_data, const float *b_data, float *y, int width) {
  HWY_DYNAMIC_DISPATCH(binary_target)(op, a, b, a_data, b_data, y, width);
}

void binary_gradient(Binary op, int side, const Side &a, const Side &b, const float *a_data, const float *b_data,
                     const float *dy, float *dside, int width) {
  HWY_DYNAMIC_DISPATCH(binary_gradient_target)(op, side, a, b, a_data, b_data, dy, dside, width);
}

}  // namespace nac::fw::fused
#endif

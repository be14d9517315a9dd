// SPDX-License-Identifier: Apache-2.0
//
// nac_ap_operators.h: operators of two numbers. The type of a result holds every value of it.
#ifndef NAC_AP_OPERATORS_H
#define NAC_AP_OPERATORS_H

#include <istream>
#include <ostream>

#include "nac_ap_bits.h"

namespace nac_ap {

/// The grid that holds the values of both, and a sign where one of them has one.
template <class A, class B>
struct both {
  static constexpr bool sign = A::sign_flag || B::sign_flag;
  static constexpr int fraction = larger(A::fraction, B::fraction);
  static constexpr int integer =
      larger(A::iwidth + (sign && !A::sign_flag ? 1 : 0), B::iwidth + (sign && !B::sign_flag ? 1 : 0));
  static constexpr int width = integer + fraction;
  static constexpr bool integers = A::is_integer && B::is_integer;
};

/// The raw integer of a on a grid of `fraction` bits.
template <class T, class A>
constexpr T on_grid(const A &a, int fraction) {
  return shifted_up(static_cast<T>(a.raw()), fraction - A::fraction);
}
template <class R, class T>
constexpr R made(T raw) {
  return R(static_cast<typename R::raw_type>(raw), raw_tag());
}

template <class A, class B>
constexpr auto sum(const A &a, const B &b) {
  using G = both<A, B>;
  using R = result<G::width + 1, G::integer + 1, G::sign, G::integers>;
  using T = computed<R::width, R::sign_flag>;
  return made<R>(on_grid<T>(a, G::fraction) + on_grid<T>(b, G::fraction));
}
template <class A, class B>
constexpr auto difference(const A &a, const B &b) {
  using G = both<A, B>;
  using R = result<G::width + 1, G::integer + 1, true, G::integers>;
  using T = computed<R::width, true>;
  return made<R>(on_grid<T>(a, G::fraction) - on_grid<T>(b, G::fraction));
}
template <class A, class B>
constexpr auto product(const A &a, const B &b) {
  using R = result<A::width + B::width, A::iwidth + B::iwidth, both<A, B>::sign, both<A, B>::integers>;
  using T = computed<R::width, R::sign_flag>;
  return made<R>(static_cast<T>(a.raw()) * static_cast<T>(b.raw()));
}

template <class A, class B>
constexpr auto quotient(const A &a, const B &b) {
  static_assert(both<A, B>::integers,
                "ap_fixed / is left out: what its result is differs between vendors; multiply by a reciprocal from a "
                "table, or divide integers");
  using R = integer<A::width + (B::sign_flag ? 1 : 0), both<A, B>::sign>;
  using T = computed<larger(both<A, B>::width, R::width), both<A, B>::sign>;
  if (b.is_zero()) refuse("an ap_int is divided by zero");
  return made<R>(static_cast<T>(a.raw()) / static_cast<T>(b.raw()));
}
template <class A, class B>
constexpr auto remainder(const A &a, const B &b) {
  static_assert(both<A, B>::integers, "% is one of integers: ap_fixed has none");
  constexpr int other = B::width + (A::sign_flag && !B::sign_flag ? 1 : 0);
  using R = integer<(A::width < other ? A::width : other), A::sign_flag>;
  using T = computed<both<A, B>::width, both<A, B>::sign>;
  if (b.is_zero()) refuse("the remainder of an ap_int divided by zero is wanted");
  return made<R>(b.raw() == static_cast<typename B::raw_type>(-1) && B::sign_flag
                     ? T(0)  // the quotient itself may not fit
                     : static_cast<T>(a.raw()) % static_cast<T>(b.raw()));
}

template <class A, class B, class F>
constexpr auto bitwise(const A &a, const B &b, F f) {
  using G = both<A, B>;
  using R = result<G::width, G::integer, G::sign, G::integers>;
  using T = computed<R::width, R::sign_flag>;
  return made<R>(f(on_grid<T>(a, G::fraction), on_grid<T>(b, G::fraction)));
}

/// Below 0, 0 or above it, as a is below, at or above b. For grids too far apart to bring both to one: the integers of
/// the coarser one first.
template <class A, class B>
constexpr int far_order(const A &a, const B &b) {
  if constexpr (A::fraction < B::fraction) {
    return -far_order(b, a);
  } else {
    if (a.is_neg() != b.is_neg()) return a.is_neg() ? -1 : 1;
    using T = computed<128, A::sign_flag && B::sign_flag>;  // of one sign: without it where only one type has it
    constexpr int n = A::fraction - B::fraction;
    const T x = static_cast<T>(a.raw()), floor = shifted_down(x, n), y = static_cast<T>(b.raw());
    if (floor != y) return floor < y ? -1 : 1;
    return (static_cast<uint128>(x) & ~shifted_up(~uint128(0), n)) != 0 ? 1 : 0;
  }
}
template <class A, class B>
constexpr bool equal(const A &a, const B &b) {
  using G = both<A, B>;
  if constexpr (G::width > 128) {
    return far_order(a, b) == 0;
  } else {
    using T = computed<G::width, G::sign>;
    return on_grid<T>(a, G::fraction) == on_grid<T>(b, G::fraction);
  }
}
template <class A, class B>
constexpr bool less(const A &a, const B &b) {
  using G = both<A, B>;
  if constexpr (G::width > 128) {
    return far_order(a, b) < 0;
  } else {
    using T = computed<G::width, G::sign>;
    return on_grid<T>(a, G::fraction) < on_grid<T>(b, G::fraction);
  }
}

#define NAC_AP_PARAMETERS(n) int W##n, int I##n, bool S##n, ap_q_mode Q##n, ap_o_mode O##n, int N##n, bool Integer##n
#define NAC_AP_NUMBER(n) number<W##n, I##n, S##n, Q##n, O##n, N##n, Integer##n>

// Two numbers, or one and a C++ integer on either side. The three are spelled out so that each is a better match than
// the operator of two C++ integers, which an ap_int could be converted for.
#define NAC_AP_OPERATOR(op, call)                                                      \
  template <NAC_AP_PARAMETERS(1), NAC_AP_PARAMETERS(2)>                                \
  constexpr auto operator op(const NAC_AP_NUMBER(1) & a, const NAC_AP_NUMBER(2) & b) { \
    return call;                                                                       \
  }                                                                                    \
  template <NAC_AP_PARAMETERS(1), class T, class = if_native<T>>                       \
  constexpr auto operator op(const NAC_AP_NUMBER(1) & a, T native_b) {                 \
    const native<T> b(native_b);                                                       \
    return call;                                                                       \
  }                                                                                    \
  template <class T, NAC_AP_PARAMETERS(1), class = if_native<T>>                       \
  constexpr auto operator op(T native_a, const NAC_AP_NUMBER(1) & b) {                 \
    const native<T> a(native_a);                                                       \
    return call;                                                                       \
  }
NAC_AP_OPERATOR(+, sum(a, b))
NAC_AP_OPERATOR(-, difference(a, b))
NAC_AP_OPERATOR(*, product(a, b))
NAC_AP_OPERATOR(/, quotient(a, b))
NAC_AP_OPERATOR(%, remainder(a, b))
NAC_AP_OPERATOR(&, bitwise(a, b, [](auto x, auto y) { return x & y; }))
NAC_AP_OPERATOR(|, bitwise(a, b, [](auto x, auto y) { return x | y; }))
NAC_AP_OPERATOR(^, bitwise(a, b, [](auto x, auto y) { return x ^ y; }))

// Comparing with float and double: the number as a double, which is exact up to 53 bits.
#define NAC_AP_COMPARISON(op, call)                                          \
  NAC_AP_OPERATOR(op, call)                                                  \
  template <NAC_AP_PARAMETERS(1), class T, class = if_real<T>, class = void> \
  constexpr bool operator op(const NAC_AP_NUMBER(1) & a, T b) {              \
    return a.to_double() op static_cast<double>(b);                          \
  }                                                                          \
  template <class T, NAC_AP_PARAMETERS(1), class = if_real<T>, class = void> \
  constexpr bool operator op(T a, const NAC_AP_NUMBER(1) & b) {              \
    return static_cast<double>(a) op b.to_double();                          \
  }
NAC_AP_COMPARISON(==, equal(a, b))
NAC_AP_COMPARISON(!=, !equal(a, b))
NAC_AP_COMPARISON(<, less(a, b))
NAC_AP_COMPARISON(>, less(b, a))
NAC_AP_COMPARISON(<=, !less(b, a))
NAC_AP_COMPARISON(>=, !less(a, b))

// By a negative number of bits: the other way.
#define NAC_AP_SHIFT(op, sign)                                                                   \
  template <NAC_AP_PARAMETERS(1), class T, class = if_native<T>>                                 \
  constexpr NAC_AP_NUMBER(1) operator op(const NAC_AP_NUMBER(1) & a, T n) {                      \
    return a.shifted(sign shift_count(n));                                                       \
  }                                                                                              \
  template <NAC_AP_PARAMETERS(1), int W2, bool S2>                                               \
  constexpr NAC_AP_NUMBER(1) operator op(const NAC_AP_NUMBER(1) & a, const integer<W2, S2> &n) { \
    return a.shifted(sign shift_count(n.raw()));                                                 \
  }
/// As an int; beyond every width all are alike.
template <class T>
constexpr int shift_count(T n) {
  if constexpr (is_native_signed<T>)
    if (n < 0) return sizeof(T) > 1 && n < static_cast<T>(-1000) ? -1000 : static_cast<int>(n);
  return sizeof(T) > 1 && n > static_cast<T>(1000) ? 1000 : static_cast<int>(n);
}
NAC_AP_SHIFT(<<, +)
NAC_AP_SHIFT(>>, -)

#undef NAC_AP_SHIFT
#undef NAC_AP_COMPARISON
#undef NAC_AP_OPERATOR

/// A fixed-point number as the double that it is, an integer as an integer.
template <NAC_AP_PARAMETERS(1)>
std::ostream &operator<<(std::ostream &out, const NAC_AP_NUMBER(1) & a) {
  if constexpr (!Integer1) {
    return out << a.to_double();
  } else if constexpr (W1 <= 64) {
    return out << static_cast<std::conditional_t<S1, long long, unsigned long long>>(a.raw());
  } else {
    uint128 rest = static_cast<uint128>(a.raw());
    if (a.is_neg()) rest = 0 - rest;
    std::string digits;
    for (; rest != 0 || digits.empty(); rest /= 10) digits.insert(digits.begin(), static_cast<char>('0' + rest % 10));
    return out << (a.is_neg() ? "-" : "") + digits;
  }
}
template <NAC_AP_PARAMETERS(1)>
std::istream &operator>>(std::istream &in, NAC_AP_NUMBER(1) & a) {
  std::conditional_t<Integer1, std::conditional_t<S1, long long, unsigned long long>, double> v{};
  if (in >> v) a = v;
  return in;
}

#undef NAC_AP_NUMBER
#undef NAC_AP_PARAMETERS

}  // namespace nac_ap

#endif

// SPDX-License-Identifier: Apache-2.0
//
// nac_ap_number.h: the one class behind ap_fixed, ap_ufixed, ap_int and ap_uint. An ap_int is a number without a
// fraction that truncates toward zero, as integers of C++ do.
#ifndef NAC_AP_NUMBER_H
#define NAC_AP_NUMBER_H

#include "nac_ap_base.h"

namespace nac_ap {

template <class N>
class bit_ref;
template <class N>
class range_ref;

template <int W, int I, bool S, ap_q_mode Q, ap_o_mode O, int N, bool Integer>
class number;

template <int W, bool S>
using integer = number<W, W, S, AP_TRN_ZERO, AP_WRAP, 0, true>;
/// Result of an operation: an integer of two integers, else a fixed-point number with the default modes.
template <int W, int I, bool S, bool Integer>
using result = number<W, I, S, Integer ? AP_TRN_ZERO : AP_TRN, AP_WRAP, 0, Integer>;
/// The number that a C++ integer is in an operation.
template <class T>
using native = integer<std::is_same<T, bool>::value ? 1 : static_cast<int>(sizeof(T)) * 8, is_native_signed<T>>;

struct raw_tag {};

/// raw * 2^(I - W)
template <int W, int I, bool S, ap_q_mode Q, ap_o_mode O, int N, bool Integer>
class number {
  static_assert(
      W >= 1 && W <= 128,
      "these ap types have 1 to 128 bits; the operands of this operation need more, narrow one of them first");
  static_assert(I >= -400 && I <= 400, "these ap types have their point at most 400 bits away");
  static_assert(O != AP_WRAP_SM && N == 0, "these ap types know AP_WRAP without saturated bits: N is 0");
  struct no_conversion {};

 public:
  using raw_type = stored<W, S>;
  static constexpr int width = W, iwidth = I, fraction = W - I;
  static constexpr bool sign_flag = S, is_integer = Integer;
  static constexpr ap_q_mode qmode = Q;
  static constexpr ap_o_mode omode = O;

  number() = default;  // without a value, like an integer of C++
  template <class T, class = if_native<T>>
  constexpr number(T v) : raw_(moved<native<T>>(v)) {}
  constexpr number(double v) : raw_(from_real<W, S, Q, O>(in_steps(v))) {}
  constexpr number(float v) : number(static_cast<double>(v)) {}
  template <int W2, int I2, bool S2, ap_q_mode Q2, ap_o_mode O2, int N2, bool Integer2>
  constexpr number(const number<W2, I2, S2, Q2, O2, N2, Integer2> &v)
      : raw_(moved<number<W2, I2, S2, Q2, O2, N2, Integer2>>(v.raw())) {}
  template <class M>
  constexpr number(const bit_ref<M> &v) : number(v.to_bool()) {}
  template <class M>
  constexpr number(const range_ref<M> &v) : number(v.get()) {}
  constexpr number(raw_type raw, raw_tag) : raw_(raw) {}

  /// The integer on the grid of this type. Not of the vendor's: firmware uses range().
  constexpr raw_type raw() const { return raw_; }
  /// Its bits, whatever is above them left out.
  template <class T>
  static constexpr number of_bits(T bits) {
    return number(low_bits<W, S>(bits), raw_tag());
  }

  // An integer is one of C++ wherever one is wanted; a fixed-point number is converted by name.
  constexpr operator std::conditional_t<Integer && W <= 64, raw_type, no_conversion>() const {
    return static_cast<std::conditional_t<Integer && W <= 64, raw_type, no_conversion>>(raw_);
  }
  template <class T, class = std::enable_if_t<is_native<T> || std::is_floating_point<T>::value>>
  explicit constexpr operator T() const {
    if constexpr (std::is_same<T, bool>::value) return raw_ != 0;
    if constexpr (std::is_floating_point<T>::value)
      return static_cast<T>(to_real<T>());
    else
      return static_cast<T>(whole());
  }
  constexpr double to_double() const { return to_real<double>(); }
  constexpr float to_float() const { return static_cast<float>(to_real<float>()); }
  // Toward zero, as a double is made an int.
  constexpr int to_int() const { return static_cast<int>(whole()); }
  constexpr unsigned to_uint() const { return static_cast<unsigned>(whole()); }
  constexpr long to_long() const { return static_cast<long>(whole()); }
  constexpr unsigned long to_ulong() const { return static_cast<unsigned long>(whole()); }
  constexpr long long to_int64() const { return static_cast<long long>(whole()); }
  constexpr unsigned long long to_uint64() const { return static_cast<unsigned long long>(whole()); }
  constexpr bool to_bool() const { return raw_ != 0; }

  constexpr int length() const { return W; }
  constexpr int wl() const { return W; }
  constexpr int iwl() const { return I; }
  constexpr ap_q_mode q_mode() const { return Q; }
  constexpr ap_o_mode o_mode() const { return O; }
  constexpr bool is_neg() const { return raw_ < raw_type(0); }
  constexpr bool is_zero() const { return raw_ == 0; }
  constexpr bool sign() const { return is_neg(); }

  constexpr bit_ref<number> operator[](int i) { return {*this, i}; }
  constexpr bool operator[](int i) const { return test(i); }
  constexpr bool test(int i) const { return bit_ref<const number>(*this, i).to_bool(); }
  constexpr bool get_bit(int i) const { return test(i); }
  constexpr void set_bit(int i, bool v) { (*this)[i] = v; }
  constexpr void set(int i) { set_bit(i, true); }
  constexpr void clear(int i) { set_bit(i, false); }
  constexpr void invert(int i) { set_bit(i, !test(i)); }
  constexpr range_ref<number> range(int high, int low) { return {*this, high, low}; }
  constexpr range_ref<const number> range(int high, int low) const { return {*this, high, low}; }
  constexpr range_ref<number> range() { return range(W - 1, 0); }
  constexpr range_ref<const number> range() const { return range(W - 1, 0); }
  constexpr range_ref<number> operator()(int high, int low) { return range(high, low); }
  constexpr range_ref<const number> operator()(int high, int low) const { return range(high, low); }
  constexpr bool or_reduce() const { return raw_ != 0; }
  constexpr bool and_reduce() const { return of_bits(~raw_).raw() == 0; }
  constexpr bool xor_reduce() const {
    bool odd = false;
    for (int i = 0; i < W; ++i) odd ^= ((raw_ >> i) & 1) != 0;
    return odd;
  }

  constexpr number operator+() const { return *this; }
  constexpr auto operator-() const {
    using R = result<W + 1, I + 1, true, Integer>;
    using T = computed<W + 1, true>;
    return R(static_cast<typename R::raw_type>(-static_cast<T>(raw_)), raw_tag());
  }
  constexpr number operator~() const { return of_bits(~raw_); }
  // Shifts keep the type: bits fall off at both ends.
  constexpr number shifted(int up) const {
    return up < 0 ? of_bits(shifted_down(raw_, -up)) : of_bits(shifted_up(bits_of<raw_type>(raw_), up));
  }

  template <class B>
  constexpr number &operator+=(const B &b) {
    return add(b, [](auto x, auto y) { return x + y; });
  }
  template <class B>
  constexpr number &operator-=(const B &b) {
    return add(b, [](auto x, auto y) { return x - y; });
  }
  // clang-format off
  template <class B> constexpr number &operator*=(const B &b) { return *this = *this * b; }
  template <class B> constexpr number &operator/=(const B &b) { return *this = *this / b; }
  template <class B> constexpr number &operator%=(const B &b) { return *this = *this % b; }
  template <class B> constexpr number &operator&=(const B &b) { return *this = *this & b; }
  template <class B> constexpr number &operator|=(const B &b) { return *this = *this | b; }
  template <class B> constexpr number &operator^=(const B &b) { return *this = *this ^ b; }
  template <class B> constexpr number &operator<<=(const B &b) { return *this = *this << b; }
  template <class B> constexpr number &operator>>=(const B &b) { return *this = *this >> b; }
  // clang-format on
  constexpr number &operator++() { return *this += true; }
  constexpr number &operator--() { return *this -= true; }
  constexpr number operator++(int) {
    const number before = *this;
    ++*this;
    return before;
  }
  constexpr number operator--(int) {
    const number before = *this;
    --*this;
    return before;
  }

 private:
  raw_type raw_;

  /// A number of type From assigned to this one.
  template <class From>
  static constexpr raw_type moved(typename From::raw_type raw) {
    constexpr int down = From::fraction - fraction;
    constexpr bool rounds = down > 0 && Q != AP_TRN && Q != AP_TRN_ZERO;
    constexpr int needed = From::iwidth + (rounds ? 1 : 0) + (S && !From::sign_flag ? 1 : 0) +
                           (S && From::sign_flag && O == AP_SAT_SYM ? 1 : 0);
    constexpr bool fits = (S || !From::sign_flag) && needed <= I;
    // All in a signed word: 128 bits without a sign are the only ones that have none.
    using T = computed < larger(From::width, From::width < 128 ? From::width + (From::sign_flag ? 0 : 1) : 0),
          From::sign_flag || From::width<128>;
    if constexpr (down > 0) {
      const T v = rounded<Q>(static_cast<T>(raw), down);
      if constexpr (fits)
        return static_cast<raw_type>(v);
      else
        return limited<W, S, O>(v, 0);
    } else if constexpr (fits) {
      return static_cast<raw_type>(shifted_up(static_cast<computed<W, S>>(raw), -down));
    } else {
      return limited<W, S, O>(static_cast<T>(raw), -down);
    }
  }

  /// v * 2^fraction. What vanishes on the way keeps its sign; what overflows has no bits left in the range of any type.
  static constexpr double in_steps(double v) {
    constexpr double scale = power_of_two(fraction);
    const double x = v * scale;
    if (x == 0 && v != 0) return v < 0 ? -0x1p-900 : 0x1p-900;
    if (x - x != 0 && v - v == 0) return v < 0 ? -0x1p900 : 0x1p900;
    return x;
  }
  /// Rounded once, to the digits of T.
  template <class T>
  constexpr auto to_real() const {
    constexpr double scale = power_of_two(-fraction);
    using Wide = std::conditional_t<std::is_same<T, long double>::value, long double, double>;
    return static_cast<Wide>(static_cast<T>(raw_)) * scale;
  }
  /// The integer part, in as many bits as there are.
  constexpr auto whole() const {
    using T = computed<larger(W, 64), S>;
    if constexpr (fraction <= 0)
      return shifted_up(static_cast<T>(raw_), -fraction);
    else
      return rounded<AP_TRN_ZERO>(static_cast<T>(raw_), fraction);
  }

  template <class B, class F>
  constexpr number &add(const B &b, F f) {
    if constexpr (is_native<B>) return add(native<B>(b), f);
    // On a number's own grid, sums that wrap are those of its low bits: no wider type is needed.
    else if constexpr (O == AP_WRAP && B::fraction <= fraction) {
      using U = bits_of<computed<W, S>>;
      const number own(b);
      return *this = of_bits(static_cast<U>(f(static_cast<U>(raw_), static_cast<U>(own.raw()))));
    } else {
      return *this = f(*this, b);
    }
  }
};

}  // namespace nac_ap

#endif

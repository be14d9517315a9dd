// SPDX-License-Identifier: Apache-2.0
//
// nac_ap_bits.h: one bit of a number, and a range of them.
#ifndef NAC_AP_BITS_H
#define NAC_AP_BITS_H

#include <string>

#include "nac_ap_number.h"

namespace nac_ap {

[[noreturn]] inline void refuse_bits(int high, int low, int width) {
  throw std::out_of_range("bits " + std::to_string(high) + " to " + std::to_string(low) + " of a number of " +
                          std::to_string(width) + " bits: the higher one is named first and bits count from 0");
}

template <class Number>
class range_ref {
  static constexpr int width = Number::width;
  using word = bits_of<typename Number::raw_type>;

 public:
  /// A C++ integer that holds the bits, as one without a sign.
  using value = computed<width, false>;

  constexpr range_ref(Number &number, int high, int low) : number_(number), high_(high), low_(low) {
    if (low < 0 || high < low || high >= width) refuse_bits(high, low, width);
  }
  constexpr range_ref(const range_ref &) = default;

  constexpr value get() const { return static_cast<value>((static_cast<word>(number_.raw()) & mask()) >> low_); }
  constexpr operator value() const { return get(); }
  constexpr int length() const { return high_ - low_ + 1; }
  constexpr int to_int() const { return static_cast<int>(get()); }
  constexpr unsigned to_uint() const { return static_cast<unsigned>(get()); }
  constexpr long long to_int64() const { return static_cast<long long>(get()); }
  constexpr unsigned long long to_uint64() const { return static_cast<unsigned long long>(get()); }

  template <class T, class = if_native<T>>
  constexpr range_ref &operator=(T v) {
    using wide = typename nac_ap::word<larger(sizeof(T), sizeof(word)) * 8, false>::type;
    const word bits = static_cast<word>(shifted_up(static_cast<word>(static_cast<wide>(v)), low_));
    number_ = Number::of_bits(static_cast<word>((static_cast<word>(number_.raw()) & ~mask()) | (bits & mask())));
    return *this;
  }
  template <int W, int I, bool S, ap_q_mode Q, ap_o_mode O, int N, bool Integer>
  constexpr range_ref &operator=(const number<W, I, S, Q, O, N, Integer> &v) {
    static_assert(Integer, "a fixed-point number is assigned to a range of bits: name the bits, with its range()");
    return *this = v.raw();
  }
  template <class M>
  constexpr range_ref &operator=(const range_ref<M> &v) {
    return *this = v.get();
  }
  constexpr range_ref &operator=(const range_ref &v) { return *this = v.get(); }

 private:
  Number &number_;
  int high_, low_;

  constexpr word mask() const {
    const word all = static_cast<word>(~word(0));
    return static_cast<word>(shifted_down(all, static_cast<int>(sizeof(word)) * 8 - length()) << low_);
  }
};

template <class Number>
class bit_ref {
 public:
  constexpr bit_ref(Number &number, int i) : bits_(number, i, i) {}
  constexpr bit_ref(const bit_ref &) = default;

  constexpr bool to_bool() const { return bits_.get() != 0; }
  constexpr operator bool() const { return to_bool(); }
  constexpr bool operator~() const { return !to_bool(); }
  constexpr bool get() const { return to_bool(); }

  constexpr bit_ref &operator=(bool v) {
    bits_ = v;
    return *this;
  }
  constexpr bit_ref &operator=(const bit_ref &v) { return *this = v.to_bool(); }

 private:
  range_ref<Number> bits_;
};

}  // namespace nac_ap

#endif

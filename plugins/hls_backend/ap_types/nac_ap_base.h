// SPDX-License-Identifier: Apache-2.0
//
// nac_ap_base.h: what the numbers of ap_int.h and ap_fixed.h are made of: the modes, the integers that hold them, and
// moving an integer to another grid (rounding first, then overflow). C++17, nothing but the standard library.
//
// These headers stand in for those of the vendor when firmware is simulated with a C++ compiler alone. Build with
// -Wno-unknown-pragmas: the directives of HLS mean nothing to it.
#ifndef NAC_AP_BASE_H
#define NAC_AP_BASE_H

#include <cstdint>
#include <stdexcept>
#include <type_traits>

enum ap_q_mode { AP_RND, AP_RND_ZERO, AP_RND_MIN_INF, AP_RND_INF, AP_RND_CONV, AP_TRN, AP_TRN_ZERO };
enum ap_o_mode { AP_SAT, AP_SAT_ZERO, AP_SAT_SYM, AP_WRAP, AP_WRAP_SM };

namespace nac_ap {

__extension__ typedef __int128 int128;
__extension__ typedef unsigned __int128 uint128;

template <int Bits, bool Signed>
struct word;
// clang-format off
template <> struct word<8, true> { using type = std::int8_t; };
template <> struct word<8, false> { using type = std::uint8_t; };
template <> struct word<16, true> { using type = std::int16_t; };
template <> struct word<16, false> { using type = std::uint16_t; };
template <> struct word<32, true> { using type = std::int32_t; };
template <> struct word<32, false> { using type = std::uint32_t; };
template <> struct word<64, true> { using type = std::int64_t; };
template <> struct word<64, false> { using type = std::uint64_t; };
template <> struct word<128, true> { using type = int128; };
template <> struct word<128, false> { using type = uint128; };
// clang-format on

constexpr int word_bits(int width) {
  return width <= 8 ? 8 : width <= 16 ? 16 : width <= 32 ? 32 : width <= 64 ? 64 : 128;
}
constexpr int larger(int a, int b) { return a > b ? a : b; }

/// Integer that a number of Width bits is kept in.
template <int Width, bool Signed>
using stored = typename word<word_bits(Width), Signed>::type;
/// Integer that it is computed in: the language promotes smaller ones anyway.
template <int Width, bool Signed>
using computed = typename word<word_bits(larger(Width, 32)), Signed>::type;
template <class T>
using bits_of = typename word<static_cast<int>(sizeof(T)) * 8, false>::type;

/// C++ integers that mix with numbers; __int128 is one too, whatever -std says.
template <class T>
constexpr bool is_native =
    std::is_integral<T>::value || std::is_same<T, int128>::value || std::is_same<T, uint128>::value;
template <class T>
constexpr bool is_native_signed = std::is_signed<T>::value || std::is_same<T, int128>::value;
template <class T>
using if_native = std::enable_if_t<is_native<T>>;
template <class T>
using if_real = std::enable_if_t<std::is_floating_point<T>::value>;

/// v * 2^n modulo the word. The shifts of C++17 leave negative numbers undefined.
template <class T>
constexpr T shifted_up(T v, int n) {
  using U = bits_of<T>;
  return n < static_cast<int>(sizeof(T)) * 8 ? static_cast<T>(static_cast<U>(v) << n) : T(0);
}
/// floor(v / 2^n)
template <class T>
constexpr T shifted_down(T v, int n) {
  const int top = static_cast<int>(sizeof(T)) * 8 - 1;
  return static_cast<T>(n <= top ? v >> n : v >> top >> 1);
}

/// The low Width bits of v as a number of that width.
template <int Width, bool Signed, class T>
constexpr stored<Width, Signed> low_bits(T v) {
  using R = stored<Width, Signed>;
  using U = bits_of<R>;
  constexpr int spare = static_cast<int>(sizeof(R)) * 8 - Width;
  // Down again in R: that brings the sign back, or zeros.
  return static_cast<R>(static_cast<R>(static_cast<U>(static_cast<U>(v) << spare)) >> spare);
}

template <int Width, bool Signed>
constexpr bits_of<stored<Width, Signed>> highest() {
  using U = bits_of<stored<Width, Signed>>;
  return static_cast<U>(static_cast<U>(~U(0)) >> (static_cast<int>(sizeof(U)) * 8 - Width + (Signed ? 1 : 0)));
}

/// What a mode adds to floor(x): x has a first bit `half` behind the point and `rest`, whether any bit follows it.
template <ap_q_mode Q>
constexpr bool rounds_up(bool negative, bool odd, bool half, bool rest) {
  if constexpr (Q == AP_TRN) return false;
  if constexpr (Q == AP_TRN_ZERO) return negative & (half | rest);
  if constexpr (Q == AP_RND) return half;
  if constexpr (Q == AP_RND_ZERO) return half & (negative | rest);
  if constexpr (Q == AP_RND_INF) return half & (!negative | rest);
  if constexpr (Q == AP_RND_MIN_INF) return half & rest;
  if constexpr (Q == AP_RND_CONV) return half & (odd | rest);
}

/// v / 2^n, n > 0, as an integer.
template <ap_q_mode Q, class T>
constexpr T rounded(T v, int n) {
  const T floor = shifted_down(v, n);
  if constexpr (Q == AP_TRN) return floor;
  using U = bits_of<T>;
  const U below = static_cast<U>(~shifted_up(static_cast<U>(~U(0)), n - 1));
  return static_cast<T>(floor + (rounds_up<Q>(v < T(0), (floor & 1) != 0, (shifted_down(v, n - 1) & 1) != 0,
                                              (static_cast<U>(v) & below) != 0)
                                     ? 1
                                     : 0));
}

/// v * 2^n, n >= 0, as a number of Width bits.
template <int Width, bool Signed, ap_o_mode O, class T>
constexpr stored<Width, Signed> limited(T v, int n) {
  using R = stored<Width, Signed>;
  if constexpr (O == AP_WRAP) {
    using U = typename word<larger(sizeof(T), sizeof(R)) * 8, false>::type;
    return low_bits<Width, Signed>(shifted_up(static_cast<U>(v), n));
  } else {
    // Compared before it is shifted, so that nothing is lost; as magnitudes, which fit the unsigned word in any case.
    using U = typename word<larger(larger(sizeof(T), sizeof(R)), 4) * 8, false>::type;
    constexpr U top = highest<Width, Signed>();
    constexpr U bottom = !Signed ? U(0) : O == AP_SAT_SYM ? top : static_cast<U>(top + 1);
    const bool negative = v < T(0);
    const U magnitude = negative ? static_cast<U>(U(0) - static_cast<U>(v)) : static_cast<U>(v);
    if (magnitude <= shifted_down(negative ? bottom : top, n)) return static_cast<R>(shifted_up(static_cast<U>(v), n));
    if constexpr (O == AP_SAT_ZERO) return R(0);
    return negative ? static_cast<R>(U(0) - bottom) : static_cast<R>(top);
  }
}

/// 2^n
constexpr double power_of_two(int n) {
  double x = 1;
  for (; n > 0; --n) x *= 2;
  for (; n < 0; ++n) x /= 2;
  return x;
}

[[noreturn]] inline void refuse(const char *what) { throw std::domain_error(what); }

/// x, in steps of the destination's grid, rounded and brought into its range. 2^62 and above are integers as they are.
template <int Width, bool Signed, ap_q_mode Q, ap_o_mode O>
constexpr stored<Width, Signed> from_real(double x) {
  constexpr double limit = 4611686018427387904.0;
  if (x < limit && x > -limit) {
    std::int64_t n = static_cast<std::int64_t>(x);
    const double rest = x - static_cast<double>(n);  // exact; of the sign of x
    if (rest != 0) {
      if (rest < 0) --n;
      const bool half = rest < 0 ? rest >= -0.5 : rest >= 0.5;
      n += rounds_up<Q>(rest < 0, (n & 1) != 0, half, rest != 0.5 && rest != -0.5) ? 1 : 0;
    }
    return limited<Width, Signed, O>(n, 0);
  }
  if (x != x) refuse("NaN is assigned to a fixed-point number");
  int n = 0;
  for (; n < 1024 && (x >= limit || x <= -limit); ++n) x /= 2;
  if (x < limit && x > -limit) return limited<Width, Signed, O>(static_cast<std::int64_t>(x), n);
  if (O == AP_WRAP) refuse("an infinite number is assigned to a fixed-point number that wraps");
  return limited<Width, Signed, O>(static_cast<std::int64_t>(x > 0 ? 1 : -1), 200);
}

}  // namespace nac_ap

#endif

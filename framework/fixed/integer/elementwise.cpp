// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "fixed/integer/lanes.hpp"

namespace nac::fw {
namespace {

/// f(n) of UnaryStep.
template <class T>
NAC_INLINE T prologue(T n, int left, T keep_negative) {
  const T positive = n > 0 ? n : 0;
  const T negative = (n < 0 ? n : 0) & keep_negative;
  return static_cast<T>(positive << left) + negative;
}

/// n modulo 2^width, as the type has it.
template <class T>
NAC_INLINE T wrapped(T n, int unused, bool is_signed) {
  using U = std::make_unsigned_t<T>;
  const U high = static_cast<U>(n) << unused;
  return is_signed ? static_cast<T>(high) >> unused : static_cast<T>(high >> unused);
}

template <class T>
struct Range {
  T lowest, highest;
  bool wrap, is_signed;
  int unused;
};

template <class T>
NAC_INLINE T into_range(T n, const Range<T> &range) {
  if (range.wrap) n = wrapped(n, range.unused, range.is_signed);
  n = n < range.lowest ? range.lowest : n;
  return n > range.highest ? range.highest : n;
}

template <class T>
Range<T> range_of(const QuantType &type) {
  return {static_cast<T>(type.lowest()), static_cast<T>(type.highest()), type.overflow == Overflow::wrap,
          type.is_signed, static_cast<int>(8 * sizeof(T)) - type.width};
}

/// One element whose point moves left: rare, so it takes the general way.
template <class In, class Out>
void move_left(const UnaryStep &s, const In *in, Out *out, int shift) {
  for (std::size_t i = 0; i < kLanes; ++i) {
    const int64_t n = prologue<int64_t>(in[i], s.left, s.cut ? 0 : -1);
    out[i] = static_cast<Out>(requantize(n, shift, 0, s.type));
  }
}

template <class In, class Out, class T>
NAC_INLINE void unary(const UnaryStep &s, Unit *memory) {
  const T keep = s.cut ? T{0} : T{-1};
  const Range<T> range = range_of<T>(s.type);
  for (std::size_t e = 0; e < s.out.size(); ++e) {
    const In *in = lanes<In>(memory, s.in[e]);
    Out *out = lanes<Out>(memory, s.out[e]);
    if (!s.quantized) {
      for (std::size_t i = 0; i < kLanes; ++i) out[i] = static_cast<Out>(prologue<T>(in[i], s.left, keep));
      continue;
    }
    if (s.shift[e] < 0) {
      move_left(s, in, out, s.shift[e]);
      continue;
    }
    const Rounder r = rounder_of(s.type.rounding, s.shift[e]);
    const T base = static_cast<T>(r.base), negative = static_cast<T>(r.negative), odd = static_cast<T>(r.odd);
    const int shift = r.shift;
    for (std::size_t i = 0; i < kLanes; ++i) {
      const T n = prologue<T>(in[i], s.left, keep);
      const T added = base + (n < 0 ? negative : T{0}) + ((n >> shift) & odd);
      out[i] = static_cast<Out>(into_range<T>((n + added) >> shift, range));
    }
  }
}

template <class A, class B, class Out>
NAC_INLINE void combine(const CombineStep &s, Unit *memory) {
  for (std::size_t e = 0; e < s.out.size(); ++e) {
    const A *a = lanes<A>(memory, s.a[e]);
    const B *b = s.b.empty() ? nullptr : lanes<B>(memory, s.b[e]);
    Out *out = lanes<Out>(memory, s.out[e]);
    const int left_a = s.left_a[e], left_b = b == nullptr ? 0 : s.left_b[e];
    if (b == nullptr) {
      for (std::size_t i = 0; i < kLanes; ++i) out[i] = static_cast<Out>(static_cast<Out>(a[i]) << left_a);
    } else {
      const Out sign = static_cast<Out>(s.sign);
      for (std::size_t i = 0; i < kLanes; ++i) {
        const Out x = static_cast<Out>(static_cast<Out>(a[i]) << left_a);
        const Out y = static_cast<Out>(static_cast<Out>(b[i]) << left_b);
        out[i] = x + sign * y;
      }
    }
  }
}

template <class In, class Out>
NAC_INLINE void reduce(const ReduceStep &s, Unit *memory) {
  for (std::size_t e = 0; e < s.out.size(); ++e) {
    Out sum[kLanes];
    const In *first = lanes<In>(memory, s.in[s.start[e]]);
    for (std::size_t i = 0; i < kLanes; ++i) sum[i] = static_cast<Out>(first[i]);
    for (std::size_t k = s.start[e] + 1; k < s.start[e + 1]; ++k) {
      const In *in = lanes<In>(memory, s.in[k]);
      if (s.largest) {
        for (std::size_t i = 0; i < kLanes; ++i)
          sum[i] = sum[i] < static_cast<Out>(in[i]) ? static_cast<Out>(in[i]) : sum[i];
      } else {
        for (std::size_t i = 0; i < kLanes; ++i) sum[i] += static_cast<Out>(in[i]);
      }
    }
    Out *out = lanes<Out>(memory, s.out[e]);
    for (std::size_t i = 0; i < kLanes; ++i) out[i] = sum[i];
  }
}

template <bool Wrap, bool Signed>
NAC_INLINE void narrow(const UnaryStep &s, Unit *memory) {
  const int32_t lowest = static_cast<int32_t>(s.type.lowest()), highest = static_cast<int32_t>(s.type.highest()),
                keep = s.cut ? 0 : -1, left = s.left, unused = 32 - s.type.width;
  const std::size_t elements = s.out.size();
  for (std::size_t e = 0; e < elements; ++e) {
    const int32_t *__restrict in = lanes<int32_t>(memory, s.in[e]);
    int32_t *__restrict out = lanes<int32_t>(memory, s.out[e]);
    const NarrowRounder r = s.rounders[e];
    int32_t rounded[kLanes];
    for (std::size_t i = 0; i < kLanes; ++i) {
      const int32_t n = prologue<int32_t>(in[i], left, keep);
      const int32_t added = r.base + ((n >> 31) & r.negative) + ((n >> r.shift) & r.odd);
      int32_t y = (n + added) >> r.shift;
      if (Wrap) y = wrapped<int32_t>(y, unused, Signed);
      y = y < lowest ? lowest : y;
      rounded[i] = y > highest ? highest : y;
    }
    for (std::size_t i = 0; i < kLanes; ++i) out[i] = rounded[i];
  }
}

NAC_CLONED void unary_narrow(const UnaryStep &s, Unit *memory) {
  if (!s.quantized) {
    unary<int32_t, int32_t, int32_t>(s, memory);
  } else if (s.type.overflow == Overflow::sat) {
    narrow<false, true>(s, memory);
  } else {
    s.type.is_signed ? narrow<true, true>(s, memory) : narrow<true, false>(s, memory);
  }
}
/// Adding and taking away 3 * 2^51 leaves no bit behind the point of what is below 2^51: rounded half to even.
constexpr double kMagic = 0x1.8p52;

/// n below 2^51 as double, by its bits.
NAC_INLINE double as_double(int64_t n) { return std::bit_cast<double>(n + 0x4338000000000000) - kMagic; }
NAC_INLINE double as_double(int32_t n) { return n; }

template <class In, Rounding Mode>
NAC_INLINE void by_double(const UnaryStep &s, Unit *memory) {
  const auto lowest = static_cast<double>(s.type.lowest()), highest = static_cast<double>(s.type.highest());
  const double positive = std::ldexp(1.0, s.left), negative = s.cut ? 0.0 : 1.0;
  for (std::size_t e = 0; e < s.out.size(); ++e) {
    const In *__restrict in = lanes<In>(memory, s.in[e]);
    const double step = s.steps[e];
    int32_t rounded[kLanes];
    for (std::size_t i = 0; i < kLanes; ++i) {
      const double n = as_double(in[i]);
      const double x = (n > 0 ? n * positive : n * negative) * step;
      double y = (x + kMagic) - kMagic;
      if (Mode != Rounding::rnd_conv) y -= y > x ? 1.0 : 0.0;
      if (Mode == Rounding::rnd) y += x - y >= 0.5 ? 1.0 : 0.0;
      y = y < lowest ? lowest : y;
      rounded[i] = static_cast<int32_t>(y > highest ? highest : y);
    }
    std::copy_n(rounded, kLanes, lanes<int32_t>(memory, s.out[e]));
  }
}

template <class In>
NAC_INLINE void by_double(const UnaryStep &s, Unit *memory) {
  switch (s.type.rounding) {
    case Rounding::trn: return by_double<In, Rounding::trn>(s, memory);
    case Rounding::rnd: return by_double<In, Rounding::rnd>(s, memory);
    default: return by_double<In, Rounding::rnd_conv>(s, memory);
  }
}

NAC_CLONED void unary_by_double(const UnaryStep &s, Unit *memory) {
  s.wide_in ? by_double<int64_t>(s, memory) : by_double<int32_t>(s, memory);
}

void unary_any(const UnaryStep &s, Unit *memory) {
  if (s.wide_in) {
    s.wide_out ? unary<int64_t, int64_t, int64_t>(s, memory) : unary<int64_t, int32_t, int64_t>(s, memory);
  } else {
    s.wide_out ? unary<int32_t, int64_t, int64_t>(s, memory) : unary<int32_t, int32_t, int64_t>(s, memory);
  }
}
NAC_CLONED void combine_narrow(const CombineStep &s, Unit *memory) { combine<int32_t, int32_t, int32_t>(s, memory); }
NAC_CLONED void reduce_narrow(const ReduceStep &s, Unit *memory) { reduce<int32_t, int32_t>(s, memory); }

}  // namespace

Rounder rounder_of(Rounding rounding, int shift) {
  if (shift <= 0) return {};
  const int64_t half = int64_t{1} << (shift - 1), all = 2 * half - 1;
  switch (rounding) {
    case Rounding::trn: return {shift, 0, 0, 0};
    case Rounding::rnd: return {shift, half, 0, 0};
    case Rounding::rnd_conv: return {shift, half - 1, 0, 1};
    case Rounding::rnd_inf: return {shift, half, -1, 0};
    case Rounding::rnd_zero: return {shift, half - 1, 1, 0};
    case Rounding::rnd_min_inf: return {shift, half - 1, 0, 0};
    case Rounding::trn_zero: return {shift, 0, all, 0};
    case Rounding::ceil: return {shift, all, 0, 0};
    case Rounding::away: return {shift, all, -all, 0};
  }
  return {};
}

void UnaryStep::prepare() {
  if (!narrow_sums && in_double)
    for (const int by : shift) steps.push_back(std::ldexp(1.0, -by));
  if (!narrow_sums || !quantized) return;
  for (const int by : shift) {
    const Rounder r = rounder_of(type.rounding, by);
    rounders.push_back(
        {r.shift, static_cast<int32_t>(r.base), static_cast<int32_t>(r.negative), static_cast<int32_t>(r.odd)});
  }
}

void UnaryStep::run(Unit *memory, const Rows & /*rows*/) const {
  if (narrow_sums) return unary_narrow(*this, memory);
  in_double ? unary_by_double(*this, memory) : unary_any(*this, memory);
}

void CombineStep::run(Unit *memory, const Rows & /*rows*/) const {
  if (!wide_out) {
    // What has 32 bits came from what has: a wide term whose sum is narrow is kept wide by who plans it.
    combine_narrow(*this, memory);
  } else if (wide_a) {
    wide_b ? combine<int64_t, int64_t, int64_t>(*this, memory) : combine<int64_t, int32_t, int64_t>(*this, memory);
  } else {
    wide_b ? combine<int32_t, int64_t, int64_t>(*this, memory) : combine<int32_t, int32_t, int64_t>(*this, memory);
  }
}

void ReduceStep::run(Unit *memory, const Rows & /*rows*/) const {
  if (!wide_out) {
    reduce_narrow(*this, memory);
  } else {
    wide_in ? reduce<int64_t, int64_t>(*this, memory) : reduce<int32_t, int64_t>(*this, memory);
  }
}

}  // namespace nac::fw

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "fixed/integer/lanes.hpp"

namespace nac::fw {
namespace {

/// The integers of a Quant of float values, kLanes of them.
NAC_CLONED void quantize_to_even(const float *values, double scale, double lowest, double highest, int64_t *out) {
  // Between -2^51 and 2^51 adding 3 * 2^51 leaves no bit behind the point: rounded half to even.
  constexpr double kMagic = 0x1.8p52;
  for (std::size_t i = 0; i < kLanes; ++i) {
    double x = static_cast<double>(values[i]) * scale;
    x = x < lowest ? lowest : x;
    x = x > highest ? highest : x;
    out[i] = static_cast<int64_t>((x + kMagic) - kMagic);
  }
}

/// Quantizes kLanes values at a time.
class BlockQuantizer {
 public:
  BlockQuantizer(int fraction, const QuantType &type)
      : type_(type),
        fraction_(fraction),
        plain_(type.rounding == Rounding::rnd_conv && type.overflow == Overflow::sat && type.width <= 50),
        scale_(std::ldexp(1.0, fraction)),
        lowest_(static_cast<double>(type.lowest())),
        highest_(static_cast<double>(type.highest())) {}

  void operator()(const float *values, int64_t *out) const {
    if (plain_) return quantize_to_even(values, scale_, lowest_, highest_, out);
    for (std::size_t i = 0; i < kLanes; ++i) out[i] = quantize(static_cast<double>(values[i]), fraction_, type_);
  }

 private:
  const QuantType &type_;
  int fraction_;
  bool plain_;
  double scale_, lowest_, highest_;
};

void store(Unit *memory, Ref at, bool wide, const int64_t *values) {
  if (wide) {
    std::copy_n(values, kLanes, lanes<int64_t>(memory, at));
  } else {
    int32_t *out = lanes<int32_t>(memory, at);
    for (std::size_t i = 0; i < kLanes; ++i) out[i] = static_cast<int32_t>(values[i]);
  }
}

template <class In, class Out>
void look_up(const TableStep &s, Unit *memory) {
  for (std::size_t e = 0; e < s.out.size(); ++e) {
    const In *in = lanes<In>(memory, s.in[e]);
    Out *out = lanes<Out>(memory, s.out[e]);
    for (std::size_t i = 0; i < kLanes; ++i)
      out[i] = static_cast<Out>(s.table[static_cast<std::size_t>(in[i] - s.lowest)]);
  }
}

/// share[i] = e[i] / sum[i]. Below 2^28 a double quotient is never so near the middle of two floats that rounding twice
/// would matter.
NAC_CLONED void divide(const int32_t *e, const int32_t *sum, float *share) {
  for (std::size_t i = 0; i < kLanes; ++i)
    share[i] = static_cast<float>(static_cast<double>(e[i]) / static_cast<double>(sum[i]));
}

template <class In>
void softmax(const SoftmaxStep &s, Unit *memory) {
  const BlockQuantizer quantizer(s.fraction, s.type);
  std::vector<int32_t> exponentials(s.count * kLanes);  // at most 2^15 each, and kSoftmaxValues of them
  for (std::size_t row = 0; row < s.in.size(); row += s.count) {
    const Ref *in = s.in.data() + row;
    In largest[kLanes];
    std::copy_n(lanes<In>(memory, in[0]), kLanes, largest);
    for (std::size_t k = 1; k < s.count; ++k) {
      const In *n = lanes<In>(memory, in[k]);
      for (std::size_t i = 0; i < kLanes; ++i) largest[i] = std::max(largest[i], n[i]);
    }
    int32_t sum[kLanes] = {};
    for (std::size_t k = 0; k < s.count; ++k) {
      const In *n = lanes<In>(memory, in[k]);
      int32_t *e = exponentials.data() + k * kLanes;
      for (std::size_t i = 0; i < kLanes; ++i) e[i] = s.table[static_cast<std::size_t>(largest[i] - n[i])];
      for (std::size_t i = 0; i < kLanes; ++i) sum[i] += e[i];
    }
    for (std::size_t k = 0; k < s.count; ++k) {
      float share[kLanes];
      int64_t quantized[kLanes];
      divide(exponentials.data() + k * kLanes, sum, share);
      quantizer(share, quantized);
      store(memory, s.out[row + k], s.wide_out, quantized);
    }
  }
}

}  // namespace

void TableStep::run(Unit *memory, const Rows & /*rows*/) const {
  if (wide_in) {
    wide_out ? look_up<int64_t, int64_t>(*this, memory) : look_up<int64_t, int32_t>(*this, memory);
  } else {
    wide_out ? look_up<int32_t, int64_t>(*this, memory) : look_up<int32_t, int32_t>(*this, memory);
  }
}

void SoftmaxStep::run(Unit *memory, const Rows & /*rows*/) const {
  wide_in ? softmax<int64_t>(*this, memory) : softmax<int32_t>(*this, memory);
}

void InputStep::run(Unit *memory, const Rows &rows) const {
  const std::size_t elements = out.size();
  const BlockQuantizer quantizer(fraction, type);
  const float *data = (*rows.inputs)[input].data<float>() + static_cast<std::size_t>(rows.first) * elements;
  for (std::size_t e = 0; e < elements; ++e) {
    float values[kLanes] = {};
    for (std::size_t i = 0; i < static_cast<std::size_t>(rows.count); ++i) {
      const float x = data[i * elements + e];
      values[i] = std::fabs(x) < 0x1p-126F ? 0.0F : x;  // subnormal numbers count as 0
    }
    int64_t quantized[kLanes];
    quantizer(values, quantized);
    store(memory, out[e], wide_out, quantized);
  }
}

}  // namespace nac::fw

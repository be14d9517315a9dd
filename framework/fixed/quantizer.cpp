// SPDX-License-Identifier: Apache-2.0
#include "fixed/quantizer.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/error.hpp"

namespace nac::fw {
namespace {

struct ModeName {
  const char *name;
  Rounding rounding;
};
constexpr ModeName kModes[] = {
    {"ROUND", Rounding::rnd_conv},         {"FLOOR", Rounding::trn},          {"AP_RND", Rounding::rnd},
    {"HALF_UP", Rounding::rnd_inf},        {"HALF_DOWN", Rounding::rnd_zero}, {"DOWN", Rounding::trn_zero},
    {"ROUND_TO_ZERO", Rounding::trn_zero}, {"CEIL", Rounding::ceil},          {"UP", Rounding::away}};
constexpr int64_t kLimit = int64_t{1} << 62;

[[noreturn]] void refuse(const Graph &graph, const Node &node, const std::string &what) {
  throw Error(fmt::format("Quant '{}': {}", graph.value(node.outputs[0]).name, what), NAC_UNSUPPORTED);
}

/// The one value of a constant operand.
double scalar_of(const Graph &graph, const Node &node, std::size_t input, const char *role) {
  const Value &v = graph.value(node.inputs.at(input));
  if (v.kind == ValueKind::result || v.kind == ValueKind::input || !v.data || v.data->elements() < 1)
    refuse(graph, node, fmt::format("its {} '{}' is not a constant", role, v.name));
  const float *data = v.data->data<float>();
  for (int64_t i = 1; i < v.data->elements(); ++i)
    if (data[i] != data[0]) refuse(graph, node, fmt::format("its {} '{}' differs between channels", role, v.name));
  return static_cast<double>(data[0]);
}

/// Whether floor + `part` / 2^k of the kept integer goes up. `half`: part compared with one half, -1, 0 or 1.
bool goes_up(Rounding rounding, bool negative, bool odd, bool zero, int half) {
  if (zero) return false;
  switch (rounding) {
    case Rounding::trn: return false;
    case Rounding::rnd: return half >= 0;
    case Rounding::rnd_conv: return half > 0 || (half == 0 && odd);
    case Rounding::rnd_inf: return half > 0 || (half == 0 && !negative);
    case Rounding::rnd_zero: return half > 0 || (half == 0 && negative);
    case Rounding::rnd_min_inf: return half > 0;
    case Rounding::trn_zero: return negative;
    case Rounding::ceil: return true;
    case Rounding::away: return !negative;
  }
  return false;
}

}  // namespace

int64_t QuantType::highest() const { return (int64_t{1} << (is_signed ? width - 1 : width)) - 1; }
int64_t QuantType::lowest() const {
  if (!is_signed) return 0;
  return narrow ? -highest() : -highest() - 1;
}

QuantType quant_type_of(const Graph &graph, const Node &node) {
  QuantType type;
  type.is_signed = node.integer("signed") != 0;
  type.narrow = node.integer("narrow") != 0;
  const double width = scalar_of(graph, node, 3, "bit width");
  if (!(width >= 1 && width <= 62) || width != std::floor(width) || (width == 1 && type.is_signed))
    refuse(graph, node,
           fmt::format("its bit width is {}, whole numbers from {} to 62 are accepted", width, type.is_signed ? 2 : 1));
  type.width = static_cast<int>(width);
  if (const double zero = scalar_of(graph, node, 2, "zero point"); zero != 0)
    refuse(graph, node, fmt::format("its zero point is {}; only 0 is supported", zero));
  for (const ModeName &mode : kModes)
    if (node.text("rounding_mode") == mode.name) type.rounding = mode.rounding;
  type.overflow = node.text("overflow_mode") == "WRAP" ? Overflow::wrap : Overflow::sat;
  return type;
}

const char *onnx_name(Rounding rounding) {
  for (const ModeName &mode : kModes)
    if (mode.rounding == rounding) return mode.name;
  throw Error("QONNX has no name for the rounding mode rnd_min_inf", NAC_UNSUPPORTED);
}

std::vector<int> fractions_of(const Tensor &scale, const std::string &what) {
  std::vector<int> fractions;
  for (int64_t i = 0; i < scale.elements(); ++i) {
    const float s = scale.data<float>()[i];
    int exponent = 0;
    if (!(s > 0) || !std::isfinite(s) || std::frexp(s, &exponent) != 0.5F || exponent < -125 || exponent > 127)
      throw Error(fmt::format("{}: the scale {} is no power of two", what, s), NAC_UNSUPPORTED);
    fractions.push_back(1 - exponent);
  }
  return fractions;
}

int64_t bring_into_range(int64_t n, const QuantType &type) {
  const int64_t lowest = type.lowest(), highest = type.highest();
  if (n >= lowest && n <= highest) return n;
  if (type.overflow == Overflow::sat) return n < lowest ? lowest : highest;
  const uint64_t mask = (uint64_t{1} << type.width) - 1;
  const uint64_t bits = static_cast<uint64_t>(n) & mask;
  const bool negative = type.is_signed && (bits >> (type.width - 1)) != 0;
  const auto wrapped = static_cast<int64_t>(negative ? bits | ~mask : bits);
  return wrapped < lowest ? lowest : wrapped;  // narrow has no such number
}

int64_t quantize(double x, int fraction, const QuantType &type) {
  const double scaled = std::ldexp(x, fraction);
  if (scaled >= static_cast<double>(kLimit)) return type.highest();
  if (scaled <= -static_cast<double>(kLimit)) return type.lowest();
  // Compared with the middle, which is exact wherever there is a fraction; scaled - floor is not, just above -1/2.
  const double floor = std::floor(scaled), middle = floor + 0.5;
  auto n = static_cast<int64_t>(floor);
  const int half = scaled > middle ? 1 : scaled < middle ? -1 : 0;
  if (goes_up(type.rounding, scaled < 0, (n & 1) != 0, scaled == floor, half)) ++n;
  return bring_into_range(n, type);
}

int64_t requantize(int64_t n, int from, int to, const QuantType &type) {
  const int shift = from - to;
  if (shift <= 0) {
    // Modulo 2^64 is right for WRAP, whose width is below.
    const auto shifted = static_cast<int64_t>(static_cast<uint64_t>(n) << -shift);
    if (type.overflow == Overflow::wrap) return bring_into_range(shifted, type);
    if (n > (kLimit >> -shift)) return type.highest();
    if (n < -(kLimit >> -shift)) return type.lowest();
    return bring_into_range(shifted, type);
  }
  int64_t kept = n >> shift;
  const int64_t rest = n - (kept << shift), middle = int64_t{1} << (shift - 1);
  const int half = rest > middle ? 1 : rest < middle ? -1 : 0;
  if (goes_up(type.rounding, n < 0, (kept & 1) != 0, rest == 0, half)) ++kept;
  return bring_into_range(kept, type);
}

}  // namespace nac::fw

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "graph/graph.hpp"

namespace nac::fw {

/// ap_fixed's quantization modes (Vitis HLS, UG1399): toward minus infinity; to nearest, and halves to plus infinity,
/// to even, away from zero, toward zero; toward zero; halves to minus infinity; toward plus infinity (QONNX CEIL) and
/// away from zero (QONNX UP), which ap_fixed lacks.
enum class Rounding { trn, rnd, rnd_conv, rnd_inf, rnd_zero, trn_zero, rnd_min_inf, ceil, away };
enum class Overflow { sat, wrap };

/// The integer type that a Quant rounds to, without its scale.
struct QuantType {
  bool is_signed = true;
  bool narrow = false;  ///< lowest = -highest
  int width = 8;        ///< bits, 1 ... 62
  Rounding rounding = Rounding::rnd_conv;
  Overflow overflow = Overflow::sat;

  int64_t lowest() const;
  int64_t highest() const;
};

/// Of a Quant node with constant bit width and zero point 0. Throws Error naming the node for anything else.
QuantType quant_type_of(const Graph &graph, const Node &node);
/// QONNX's name of a rounding mode ("ROUND", "FLOOR", "AP_RND" ...). rnd_min_inf has none: throws Error.
const char *onnx_name(Rounding rounding);

/// f of a scale 2^-f, one per element. Throws Error naming `what` for a scale that is no power of two, or beyond
/// 2^+-126.
std::vector<int> fractions_of(const Tensor &scale, const std::string &what);

/// Brings an integer into the range of `type`.
int64_t bring_into_range(int64_t n, const QuantType &type);
/// The integer n of value = n * 2^-fraction nearest to x as the type rounds. x must be finite; |x| * 2^fraction beyond
/// 2^62 saturates, also with WRAP.
int64_t quantize(double x, int fraction, const QuantType &type);
/// The same for x = n * 2^-from: exact for every n when from - to is in (-62, 62).
int64_t requantize(int64_t n, int from, int to, const QuantType &type);

}  // namespace nac::fw

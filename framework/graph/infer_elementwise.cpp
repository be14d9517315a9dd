// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "graph/operators.hpp"

namespace nac::fw {

Typed infer_elementwise(OperatorCall &call) {
  require_same_dtype(call);
  const DType dtype = call.input(0).dtype;
  if (dtype != DType::f32 && dtype != DType::f64 && dtype != DType::i32 && dtype != DType::i64)
    call.fail(fmt::format("the inputs are {}, they must be float32, float64, int32 or int64", name_of(dtype)));
  return {dtype, broadcast(call, call.input(0).shape, call.input(1).shape)};
}

Typed infer_unary(OperatorCall &call) {
  require_float(call, 0);
  return {call.input(0).dtype, call.input(0).shape};
}

Typed infer_identity(OperatorCall &call) { return {call.input(0).dtype, call.input(0).shape}; }

Typed infer_gelu(OperatorCall &call) {
  if (call.text("approximate") != "none")
    call.fail(
        fmt::format("approximate = '{}', only 'none' (the exact form with erf) is accepted", call.text("approximate")));
  return infer_unary(call);
}

Typed infer_softmax(OperatorCall &call) {
  require_float(call, 0);
  const Shape &shape = call.input(0).shape;
  const int64_t axis = normalized_axis(call, "axis", shape.size());
  if (axis == 0 && has_batch(shape)) call.fail("axis 0 is the batch: samples must stay independent");
  return {call.input(0).dtype, shape};
}

Typed infer_batch_norm(OperatorCall &call) {
  require_float(call, 0);
  require_same_dtype(call);
  const Shape &x = call.input(0).shape;
  if (x.size() < 2) call.fail("input 0 must have at least two dimensions, [N, C, ...]");
  if (x[1] < 1) call.fail("the number of channels is not known");
  static const char *const kRoles[] = {"x", "scale", "bias", "running mean", "running variance"};
  for (std::size_t i = 1; i < 5; ++i)
    if (call.input(i).shape != Shape{x[1]})
      call.fail(fmt::format("{} '{}' has shape {}, {} channels need {}", kRoles[i], call.input(i).name,
                            text_of(call.input(i).shape), x[1], text_of({x[1]})));
  const float epsilon = std::get<float>(call.attributes->at("epsilon"));
  const float momentum = std::get<float>(call.attributes->at("momentum"));
  if (!(epsilon >= 0) || !std::isfinite(epsilon)) call.fail(fmt::format("epsilon = {}, it must be 0 or more", epsilon));
  if (!(momentum >= 0 && momentum <= 1)) call.fail(fmt::format("momentum = {}, it must be in [0, 1]", momentum));
  return {call.input(0).dtype, x};
}

/// Quant of QONNX: x, scale, zero point, bit width. Shapes only: who evaluates it is not part of the graph room.
Typed infer_quant(OperatorCall &call) {
  for (std::size_t i = 0; i < 4; ++i) require_float(call, i);
  require_same_dtype(call);
  const Shape &x = call.input(0).shape;
  for (std::size_t i = 1; i < 4; ++i)
    if (!broadcasts_to(call.input(i).shape, x))
      call.fail(fmt::format("input {} ('{}') of shape {} does not broadcast to x {}", i, call.input(i).name,
                            text_of(call.input(i).shape), text_of(x)));
  for (const char *flag : {"signed", "narrow", "fit"})
    if (call.integer(flag) != 0 && call.integer(flag) != 1)
      call.fail(fmt::format("{} = {}, it must be 0 or 1", flag, call.integer(flag)));
  static const char *const kModes[] = {"ROUND", "ROUND_TO_ZERO", "CEIL",    "FLOOR", "UP",
                                       "DOWN",  "HALF_DOWN",     "HALF_UP", "AP_RND"};
  const std::string &mode = call.text("rounding_mode");
  if (std::find(std::begin(kModes), std::end(kModes), mode) == std::end(kModes))
    call.fail(fmt::format("rounding_mode is unknown; accepted are {}", fmt::join(kModes, ", ")));
  if (const std::string &overflow = call.text("overflow_mode"); overflow != "SAT" && overflow != "WRAP")
    call.fail(fmt::format("overflow_mode = '{}', it must be SAT or WRAP", overflow));
  return {call.input(0).dtype, x};
}

}  // namespace nac::fw

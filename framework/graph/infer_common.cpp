// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "graph/operators.hpp"

namespace nac::fw {

void require_float(const OperatorCall &call, std::size_t input) {
  const DType dtype = call.input(input).dtype;
  if (dtype != DType::f32 && dtype != DType::f64)
    call.fail(fmt::format("input {} ('{}') is {}, it must be float32 or float64", input, call.input(input).name,
                          name_of(dtype)));
}

void require_same_dtype(const OperatorCall &call) {
  for (std::size_t i = 1; i < call.inputs.size(); ++i)
    if (call.has(i) && call.input(i).dtype != call.input(0).dtype)
      call.fail(fmt::format("input {} ('{}') is {} but input 0 ('{}') is {}", i, call.input(i).name,
                            name_of(call.input(i).dtype), call.input(0).name, name_of(call.input(0).dtype)));
}

bool has_batch(const Shape &shape) { return !shape.empty() && shape[0] == -1; }

Shape broadcast(const OperatorCall &call, const Shape &a, const Shape &b) {
  const std::size_t rank = std::max(a.size(), b.size());
  Shape out(rank);
  for (std::size_t i = 0; i < rank; ++i) {
    const int64_t x = i + a.size() < rank ? 1 : a[i + a.size() - rank];
    const int64_t y = i + b.size() < rank ? 1 : b[i + b.size() - rank];
    if (x != y && x != 1 && y != 1)
      call.fail(fmt::format("shapes {} and {} do not broadcast: dimension {} of the result would be both {} and {}",
                            text_of(a), text_of(b), i, x == -1 ? "N" : std::to_string(x),
                            y == -1 ? "N" : std::to_string(y)));
    out[i] = x == 1 ? y : x;
  }
  return out;
}

bool broadcasts_to(const Shape &from, const Shape &to) {
  if (from.size() > to.size()) return false;
  for (std::size_t i = 0; i < from.size(); ++i) {
    const int64_t d = to[i + to.size() - from.size()];
    if (from[i] != d && from[i] != 1) return false;
  }
  return true;
}

int64_t normalized_axis(OperatorCall &call, const std::string &name, std::size_t rank) {
  if (!call.has_attribute(name)) call.fail(fmt::format("attribute '{}' is missing", name));
  const auto r = static_cast<int64_t>(rank);
  const int64_t axis = call.integer(name);
  if (axis < -r || axis >= r) call.fail(fmt::format("{} = {}, it must be in [{}, {}]", name, axis, -r, r - 1));
  const int64_t normal = axis < 0 ? axis + r : axis;
  (*call.attributes)[name] = normal;
  return normal;
}

}  // namespace nac::fw

// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "graph/operators.hpp"

namespace nac::fw {
namespace {

/// Moves the axes of opset 13's ReduceSum from its second input to the attribute. Graph drops the input afterwards.
void take_axes_input(OperatorCall &call) {
  if (!call.has(1)) return;
  const Operand &axes = call.input(1);
  if (axes.data == nullptr) call.fail(fmt::format("the axes '{}' must be a constant", axes.name));
  if (axes.dtype != DType::i64 || axes.shape.size() != 1)
    call.fail(fmt::format("the axes '{}' are {} {}, they must be a list of int64", axes.name, name_of(axes.dtype),
                          text_of(axes.shape)));
  if (call.has_attribute("axes")) call.fail("the axes are given twice, as an attribute and as an input");
  const auto *first = axes.data->data<int64_t>();
  if (axes.shape[0] > 0) (*call.attributes)["axes"] = Shape(first, first + axes.shape[0]);
}

}  // namespace

Typed infer_reduce(OperatorCall &call) {
  const Operand &x = call.input(0);
  if (x.dtype != DType::f32 && x.dtype != DType::f64 && x.dtype != DType::i32 && x.dtype != DType::i64)
    call.fail(fmt::format("the input is {}, it must be float32, float64, int32 or int64", name_of(x.dtype)));
  if (call.has_attribute("noop_with_empty_axes") && call.integer("noop_with_empty_axes") != 0)
    call.fail("noop_with_empty_axes must be 0; use Identity to keep a value as it is");
  take_axes_input(call);
  const auto rank = static_cast<int64_t>(x.shape.size());
  if (!call.has_attribute("axes") || call.integers("axes").empty()) {  // ONNX: no axes means all
    Shape all(x.shape.size());
    std::iota(all.begin(), all.end(), 0);
    (*call.attributes)["axes"] = all;
  }
  Shape axes = call.integers("axes");
  for (int64_t &a : axes) {
    if (a < -rank || a >= rank) call.fail(fmt::format("axes contain {}, accepted is {} to {}", a, -rank, rank - 1));
    if (a < 0) a += rank;
  }
  std::sort(axes.begin(), axes.end());
  if (std::adjacent_find(axes.begin(), axes.end()) != axes.end())
    call.fail(fmt::format("axes [{}] name a dimension twice", fmt::join(call.integers("axes"), ", ")));
  (*call.attributes)["axes"] = axes;
  const int64_t keep = call.integer("keepdims");
  if (keep != 0 && keep != 1) call.fail(fmt::format("keepdims = {}, it must be 0 or 1", keep));
  Shape out;
  for (int64_t d = 0; d < rank; ++d) {
    const bool reduced = std::binary_search(axes.begin(), axes.end(), d);
    if (!reduced) out.push_back(x.shape[static_cast<std::size_t>(d)]);
    if (reduced && keep == 1) out.push_back(1);
  }
  return {x.dtype, out};
}

Typed infer_cross_entropy(OperatorCall &call) {
  require_float(call, 0);
  const Operand &scores = call.input(0);
  const Operand &labels = call.input(1);
  if (scores.shape.size() < 2) call.fail("the scores must be [N, C] or [N, C, ...]");
  if (labels.dtype != DType::i64)
    call.fail(
        fmt::format("the labels '{}' are {}, they must be int64 class numbers", labels.name, name_of(labels.dtype)));
  Shape wanted = scores.shape;
  wanted.erase(wanted.begin() + 1);
  if (labels.shape != wanted)
    call.fail(fmt::format("the labels '{}' have shape {}, scores {} need {}", labels.name, text_of(labels.shape),
                          text_of(scores.shape), text_of(wanted)));
  if (call.has(2)) call.fail("class weights (input 2) are not supported");
  if (call.has_attribute("ignore_index")) call.fail("ignore_index is not supported");
  if (call.text("reduction") != "mean")
    call.fail(fmt::format("reduction = '{}', only 'mean' is supported", call.text("reduction")));
  return {scores.dtype, {}};
}

}  // namespace nac::fw

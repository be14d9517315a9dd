// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "graph/operators.hpp"
#include "graph/window.hpp"

namespace nac::fw {

Typed infer_conv(OperatorCall &call) {
  require_float(call, 0);
  require_same_dtype(call);
  const Shape &x = call.input(0).shape;
  const Shape &w = call.input(1).shape;
  if (x.size() < 3 || x.size() > 5) call.fail("input 0 must be [N, C, L], [N, C, H, W] or [N, C, D, H, W]");
  if (w.size() != x.size()) call.fail(fmt::format("the weight has {} dimensions, input 0 has {}", w.size(), x.size()));
  if (has_batch(w)) call.fail("the weight depends on the batch");
  const int64_t group = call.integer("group");
  if (group < 1 || x[1] < 1 || x[1] % group != 0 || w[0] % group != 0)
    call.fail(fmt::format("group = {} does not divide the {} input and {} output channels", group, x[1], w[0]));
  if (w[1] != x[1] / group)
    call.fail(fmt::format("the weight takes {} channels per group, input 0 has {} in {} group{}", w[1], x[1], group,
                          group == 1 ? "" : "s"));
  const Shape kernel(w.begin() + 2, w.end());
  if (call.has_attribute("kernel_shape") && call.integers("kernel_shape") != kernel)
    call.fail(
        fmt::format("kernel_shape {} contradicts the weight {}", text_of(call.integers("kernel_shape")), text_of(w)));
  (*call.attributes)["kernel_shape"] = kernel;
  if (call.has(2) && call.input(2).shape != Shape{w[0]})
    call.fail(fmt::format("the bias has shape {}, {} output channels need {}", text_of(call.input(2).shape), w[0],
                          text_of({w[0]})));
  Shape out{x[0], w[0]};
  const Shape spatial = slide_window(call, Shape(x.begin() + 2, x.end()));
  out.insert(out.end(), spatial.begin(), spatial.end());
  return {call.input(0).dtype, out};
}

Typed infer_gemm(OperatorCall &call) {
  require_float(call, 0);
  require_same_dtype(call);
  Shape a = call.input(0).shape, b = call.input(1).shape;
  for (std::size_t i = 0; i < 2; ++i)
    if (call.input(i).shape.size() != 2)
      call.fail(fmt::format("input {} ('{}') must have two dimensions, it has shape {}", i, call.input(i).name,
                            text_of(call.input(i).shape)));
  for (const char *flag : {"transA", "transB"})
    if (call.integer(flag) != 0 && call.integer(flag) != 1)
      call.fail(fmt::format("{} = {}, it must be 0 or 1", flag, call.integer(flag)));
  if (call.integer("transA") != 0) std::swap(a[0], a[1]);
  if (call.integer("transB") != 0) std::swap(b[0], b[1]);
  if (a[1] == -1 || b[0] == -1) call.fail("it would sum over the batch");
  if (a[1] != b[0]) call.fail(fmt::format("input 0 has {} features, the weight takes {}", a[1], b[0]));
  const Shape out{a[0], b[1]};
  if (call.has(2) && !broadcasts_to(call.input(2).shape, out))
    call.fail(fmt::format("the bias of shape {} does not broadcast to {}", text_of(call.input(2).shape), text_of(out)));
  return {call.input(0).dtype, out};
}

Typed infer_matmul(OperatorCall &call) {
  require_float(call, 0);
  require_same_dtype(call);
  Shape a = call.input(0).shape, b = call.input(1).shape;
  if (a.empty() || b.empty()) call.fail("an input is a scalar");
  const bool vector_a = a.size() == 1, vector_b = b.size() == 1;  // as numpy.matmul: padded, and dropped again
  if (vector_a) a.insert(a.begin(), 1);
  if (vector_b) b.push_back(1);
  const int64_t inner_a = a.back(), inner_b = b[b.size() - 2];
  if (inner_a == -1 || inner_b == -1) call.fail("it would sum over the batch");
  if (inner_a != inner_b) call.fail(fmt::format("the inner dimensions {} and {} differ", inner_a, inner_b));
  Shape out = broadcast(call, Shape(a.begin(), a.end() - 2), Shape(b.begin(), b.end() - 2));
  if (!vector_a) out.push_back(a[a.size() - 2]);
  if (!vector_b) out.push_back(b.back());
  return {call.input(0).dtype, out};
}

}  // namespace nac::fw

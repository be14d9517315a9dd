// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>

#include "graph/graph.hpp"

namespace nac::fw::fused {

/// How a layer holds its weight: [out][terms], as products take it, or (MatMul, Gemm without transB) [terms][out].
struct WeightForm {
  std::size_t out = 0, terms = 0;
  bool channels_last = false;

  std::size_t count() const { return out * terms; }
  /// Calls f(index in [out][terms], index in the layer's weight).
  template <class F>
  void each(F &&f) const {
    if (!channels_last) {
      for (std::size_t i = 0; i < count(); ++i) f(i, i);
      return;
    }
    for (std::size_t o = 0; o < out; ++o)
      for (std::size_t t = 0; t < terms; ++t) f(o * terms + t, t * out + o);
  }
};

/// Of the weight of a Conv, Gemm or MatMul with a matrix.
inline WeightForm weight_form(const Graph &graph, const Node &product) {
  const Shape &shape = graph.value(product.inputs.at(1)).shape;
  WeightForm form;
  form.channels_last = product.op == "MatMul" || (product.op == "Gemm" && product.integer("transB") == 0);
  form.out = static_cast<std::size_t>(shape.at(form.channels_last ? 1 : 0));
  form.terms = static_cast<std::size_t>(elements_of(shape)) / form.out;
  return form;
}

}  // namespace nac::fw::fused

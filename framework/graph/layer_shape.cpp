// SPDX-License-Identifier: Apache-2.0
#include "graph/layer_shape.hpp"

#include <algorithm>
#include <cmath>

#include "graph/integer_bits.hpp"

namespace nac::fw {
namespace {

double elements(const Trace &trace, ValueId id) {
  return static_cast<double>(elements_of(trace.graph().value(id).shape));
}
double dimension(int64_t d) { return d == -1 ? 1 : static_cast<double>(d); }

template <class T>
double nonzero_share(const Tensor &t) {
  int64_t used = 0;
  for (int64_t i = 0; i < t.elements(); ++i) used += t.data<T>()[i] != T{0} ? 1 : 0;
  return t.elements() == 0 ? 1 : static_cast<double>(used) / static_cast<double>(t.elements());
}

/// Share of the weights that are not zero; 1 without data.
double density(const Trace &trace, ValueId weight) {
  const ValueId origin = trace.weight_behind(weight);
  if (origin == 0 || !trace.graph().value(origin).data.has_value()) return 1;
  const Tensor &data = *trace.graph().value(origin).data;
  if (data.dtype() == DType::f32) return nonzero_share<float>(data);
  if (data.dtype() == DType::f64) return nonzero_share<double>(data);
  return 1;
}

void add_weight_bits(const Trace &trace, ValueId weight, LayerShape &s) {
  s.weight_bits = weight_bits(trace, weight);
  if (s.weight_bits > 0) s.used_bits = used_weight_bits(trace, weight, s.weight_bits);
}

LayerShape conv(const Trace &trace, const Node &n) {
  LayerShape s;
  if (!trace.is_activation(n.inputs[0]) || trace.is_activation(n.inputs[1])) return s;
  const Shape &w = trace.graph().value(n.inputs[1]).shape;
  s.kind = LayerShape::Kind::weighted;
  s.outputs = elements(trace, n.outputs[0]);
  s.positions = s.outputs / dimension(w[0]);
  s.fan_in = elements(trace, n.inputs[1]) / dimension(w[0]);
  s.density = density(trace, n.inputs[1]);
  add_weight_bits(trace, n.inputs[1], s);
  return s;
}

/// Gemm and MatMul, with a weight on either side or two activations.
LayerShape product(const Trace &trace, const Node &n) {
  LayerShape s;
  const bool left = trace.is_activation(n.inputs[0]), right = trace.is_activation(n.inputs[1]);
  if (!left && !right) return s;  // a product of weights is computed once, not per sample
  const bool gemm = n.op == "Gemm";
  const Shape &a = trace.graph().value(n.inputs[0]).shape, &b = trace.graph().value(n.inputs[1]).shape;
  const double inner = dimension(gemm && n.integer("transA") != 0 ? a[0] : a.back());
  s.outputs = elements(trace, n.outputs[0]);
  if (left != right) {
    const ValueId weight = n.inputs[left ? 1 : 0];
    const Shape &w = trace.graph().value(weight).shape;
    const double features = elements(trace, weight) / inner;
    s.kind = LayerShape::Kind::weighted;
    s.fan_in = inner;
    s.positions = s.outputs / features;
    s.set = !gemm && w.size() == 2 && s.positions > 1;
    s.density = density(trace, weight);
    add_weight_bits(trace, weight, s);
    s.activation_bits = activation_bits(trace, n.inputs[left ? 0 : 1]);
    return s;
  }
  s.kind = LayerShape::Kind::matmul;
  s.n = inner;
  s.m = gemm || a.size() < 2 ? 1 : dimension(a[a.size() - 2]);
  s.p = gemm || b.size() < 2 ? 1 : dimension(b.back());
  s.batch = s.outputs / (s.m * s.p);
  return s;
}

LayerShape reduction(const Trace &trace, const Node &n) {
  LayerShape s;
  if (!trace.is_activation(n.inputs[0])) return s;
  const Value &x = trace.graph().value(n.inputs[0]);
  if (n.attributes.count("axes") != 0 && !x.shape.empty() && x.shape[0] == -1)
    for (const int64_t axis : n.integers("axes"))
      if (axis == 0) return s;  // over samples: part of a loss, not of inference
  s.kind = LayerShape::Kind::pooling;
  s.n = elements(trace, n.inputs[0]);
  if (n.attributes.count("kernel_shape") != 0) {  // windows may overlap or leave values out
    s.n = elements(trace, n.outputs[0]);
    for (const int64_t k : n.integers("kernel_shape")) s.n *= static_cast<double>(k);
  }
  return s;
}

}  // namespace

double LayerShape::macs() const {
  if (kind == Kind::weighted) return outputs * fan_in;
  return kind == Kind::matmul ? batch * m * n * p : 0;
}

namespace {

LayerShape shape_without_bits(const Trace &trace, NodeId id) {
  const Node &n = trace.node(id);
  if (!n.domain.empty()) return {};
  if (n.op == "Conv") return conv(trace, n);
  if (n.op == "Gemm" || n.op == "MatMul") return product(trace, n);
  if (n.op.rfind("Reduce", 0) == 0 || n.op == "MaxPool" || n.op == "AveragePool") return reduction(trace, n);
  LayerShape s;
  if ((n.op == "Softmax" || n.op == "LogSoftmax") && trace.is_activation(n.inputs[0])) {
    const auto axis = static_cast<std::size_t>(n.integer("axis"));
    s.kind = LayerShape::Kind::softmax;
    s.n = dimension(trace.graph().value(n.inputs[0]).shape[axis]);
    s.m = elements(trace, n.inputs[0]) / s.n;
  }
  return s;
}

}  // namespace

LayerShape shape_of(const Trace &trace, NodeId id) {
  LayerShape s = shape_without_bits(trace, id);
  const Node &n = trace.node(id);
  if (s.kind == LayerShape::Kind::none) return s;
  if (s.activation_bits == 0 && trace.is_activation(n.inputs[0]))
    s.activation_bits = activation_bits(trace, n.inputs[0]);
  if (s.kind == LayerShape::Kind::matmul) s.right_bits = activation_bits(trace, n.inputs[1]);
  return s;
}

double bops_of(const LayerShape &s, const BopsOptions &options) {
  const double ba = options.activation_bits, bw = options.weight_bits;
  const double right = s.right_bits > 0 ? s.right_bits : ba;
  if (options.convention == BopsConvention::qonnx || options.convention == BopsConvention::ebops) {
    if (s.kind == LayerShape::Kind::matmul) return s.macs() * ba * right;
    if (s.kind != LayerShape::Kind::weighted) return 0;
    if (options.convention == BopsConvention::ebops && s.used_bits >= 0) return s.positions * s.used_bits * ba;
    return s.macs() * s.density * bw * ba;
  }
  const bool counted = options.convention == BopsConvention::counted;
  switch (s.kind) {
    case LayerShape::Kind::none: return 0;
    case LayerShape::Kind::weighted:  // eq. 1 and 2
      return (counted ? s.outputs : s.outputs / s.positions) * s.fan_in *
             (s.density * ba * bw + ba + bw + std::log2(s.fan_in));
    case LayerShape::Kind::softmax:  // eq. 3, batch 1
      return 1.5 * s.m * s.n * (ba - 1) + s.m * (s.n - 1) + s.m * s.n;
    case LayerShape::Kind::matmul:  // eq. 4, batch 1
      return s.batch * s.m * s.n * (s.p * ba * right + std::max(ba, right) * (std::log2(s.n) + 1));
    case LayerShape::Kind::pooling:  // not in the paper: one addition or comparison per value
      return counted ? s.n * ba : 0;
  }
  return 0;
}

}  // namespace nac::fw

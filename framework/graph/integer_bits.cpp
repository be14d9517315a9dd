// SPDX-License-Identifier: Apache-2.0
#include "graph/integer_bits.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <optional>

namespace nac::fw {
namespace {

/// An integer type on a grid: `above` bits before the binary point (the sign's among them) and `below` behind it.
struct Format {
  int above = 0, below = 0;
};

bool is_quant(const Node &n) { return n.op == "Quant" && n.domain == NAC_DOMAIN_QONNX; }

/// The one width of a Quant; 0 when it is not a constant.
int width_of(const Graph &graph, const Node &quant) {
  const Value &width = graph.value(quant.inputs[3]);
  if (!width.data || width.dtype != DType::f32 || width.data->elements() < 1) return 0;
  return static_cast<int>(std::lround(width.data->data<float>()[0]));
}

/// -log2 of a scale, rounded up; 0 when it has no value yet.
int fraction_of(const Trace &trace, ValueId scale) {
  const Graph &graph = trace.graph();
  const Value &v = graph.value(scale);
  if (v.data && v.dtype == DType::f32 && v.data->elements() > 0 && v.data->data<float>()[0] > 0)
    return static_cast<int>(std::ceil(-std::log2(v.data->data<float>()[0])));
  if (v.kind != ValueKind::result) return 0;
  const Node &n = trace.node(v.producer);
  const std::optional<Tensor> &t = graph.value(n.inputs[0]).data;
  if (n.op != "PowerOfTwo" || !t || t->elements() < 1) return 0;
  return -static_cast<int>(std::ceil(t->data<float>()[0]));
}

std::optional<Format> format_of(const Trace &trace, ValueId id);

/// How many values a node adds up for each result.
double terms_of(const Graph &graph, const Node &n) {
  if (n.op == "AveragePool") {
    double count = 1;
    for (const int64_t k : n.integers("kernel_shape")) count *= static_cast<double>(k);
    return count;
  }
  return static_cast<double>(elements_of(graph.value(n.inputs[0]).shape)) /
         static_cast<double>(elements_of(graph.value(n.outputs[0]).shape));
}

std::optional<Format> joined(const Trace &trace, const Node &n) {
  std::optional<Format> all;
  for (const ValueId in : n.inputs) {
    const std::optional<Format> one = format_of(trace, in);
    if (!one) return {};
    all = all ? Format{std::max(all->above, one->above), std::max(all->below, one->below)} : *one;
  }
  if (all && n.op != "Concat") ++all->above;
  return all;
}

std::optional<Format> format_of(const Trace &trace, ValueId id) {
  const Graph &graph = trace.graph();
  const NodeId producer = graph.value(id).producer;
  if (producer == 0) return {};
  const Node &n = trace.node(producer);
  if (is_quant(n)) {
    const int width = width_of(graph, n), below = fraction_of(trace, n.inputs[1]);
    return width == 0 ? std::nullopt : std::optional<Format>({width - below, below});
  }
  if (!n.domain.empty()) return {};
  if (n.op == "Add" || n.op == "Sub" || n.op == "Concat") return joined(trace, n);
  static const char *const kSame[] = {"Identity", "Flatten", "Reshape", "Transpose", "Relu", "MaxPool", "ReduceMax"};
  const bool sums = n.op == "ReduceSum" || n.op == "ReduceMean" || n.op == "AveragePool";
  const bool same = std::find(std::begin(kSame), std::end(kSame), n.op) != std::end(kSame);
  if (!same && !sums && n.op != "LeakyRelu") return {};
  std::optional<Format> in = format_of(trace, n.inputs[0]);
  if (!in) return {};
  const int bits = sums ? static_cast<int>(std::ceil(std::log2(terms_of(graph, n)))) : 0;
  if (n.op == "ReduceSum") in->above += bits;
  if (sums && n.op != "ReduceSum") in->below += bits;
  if (n.op == "LeakyRelu" && n.number("alpha") > 0)
    in->below += std::max(0, static_cast<int>(std::ceil(-std::log2(n.number("alpha")))));
  return in;
}

/// The Quant of a weight, through what only moves its values; 0: none.
NodeId quant_behind(const Trace &trace, ValueId id) {
  while (id != 0 && !trace.is_activation(id)) {
    const NodeId producer = trace.graph().value(id).producer;
    if (producer == 0) return 0;
    const Node &n = trace.node(producer);
    if (is_quant(n)) return producer;
    if (n.op != "Identity" && n.op != "Reshape" && n.op != "Flatten" && n.op != "Transpose") return 0;
    id = n.inputs[0];
  }
  return 0;
}

/// The scale of each element of a weight, when it is a constant.
std::vector<double> scales_of(const Value &weight, const Value &scale) {
  if (!scale.data || scale.dtype != DType::f32) return {};
  const auto count = static_cast<std::size_t>(elements_of(weight.shape));
  const float *data = scale.data->data<float>();
  if (scale.data->elements() == 1) return std::vector<double>(count, data[0]);
  std::size_t axis = weight.shape.size(), inner = 1;
  for (std::size_t d = 0; d < scale.shape.size(); ++d)
    if (scale.shape[d] > 1) axis = d + weight.shape.size() - scale.shape.size();
  if (axis >= weight.shape.size() || weight.shape[axis] != scale.data->elements()) return {};
  for (std::size_t d = axis + 1; d < weight.shape.size(); ++d) inner *= static_cast<std::size_t>(weight.shape[d]);
  std::vector<double> all;
  for (std::size_t i = 0; i < count; ++i) all.push_back(data[i / inner % static_cast<std::size_t>(weight.shape[axis])]);
  return all;
}

}  // namespace

int activation_bits(const Trace &trace, ValueId id) {
  const std::optional<Format> format = format_of(trace, id);
  return format ? format->above + format->below : 0;
}

int weight_bits(const Trace &trace, ValueId id) {
  const NodeId quant = quant_behind(trace, id);
  return quant == 0 ? 0 : width_of(trace.graph(), trace.node(quant));
}

double used_weight_bits(const Trace &trace, ValueId id, int bits) {
  const Graph &graph = trace.graph();
  const ValueId origin = trace.weight_behind(id);
  const auto all = static_cast<double>(elements_of(graph.value(id).shape)) * bits;
  if (origin == 0 || !graph.value(origin).data || graph.value(origin).dtype != DType::f32) return all;
  const Value &weight = graph.value(origin);
  const float *w = weight.data->data<float>();
  const NodeId quant = quant_behind(trace, id);
  const std::vector<double> scale =
      quant == 0 ? std::vector<double>{} : scales_of(weight, graph.value(trace.node(quant).inputs[1]));
  double sum = 0;
  for (int64_t i = 0; i < weight.data->elements(); ++i) {
    if (w[i] == 0) continue;
    const double n = scale.empty() ? 0 : std::abs(static_cast<double>(w[i]) / scale[static_cast<std::size_t>(i)]);
    if (scale.empty() || !(n < 0x1p62)) {
      sum += bits;
    } else if (const auto q = static_cast<uint64_t>(std::llround(n)); q != 0) {
      sum += static_cast<double>(std::bit_width(q >> std::countr_zero(q)));
    }
  }
  return sum;
}

}  // namespace nac::fw

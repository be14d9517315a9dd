// SPDX-License-Identifier: Apache-2.0
#include "fixed/layers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <set>

#include "base/error.hpp"
#include "fixed/quantizer.hpp"

namespace nac::fw {
namespace {

[[noreturn]] void refuse(const Graph &graph, const Node &node, const std::string &what) {
  throw Error(fmt::format("{} '{}': {}", node.op, graph.value(node.outputs[0]).name, what), NAC_UNSUPPORTED);
}

bool is_output(const Graph &graph, ValueId id) {
  return std::find(graph.outputs().begin(), graph.outputs().end(), id) != graph.outputs().end();
}

NodeId sole_user(const Trace &trace, ValueId id) {
  const std::vector<NodeId> &users = trace.users(id);
  return users.size() == 1 && !is_output(trace.graph(), id) ? users[0] : 0;
}

/// Swaps the last two dimensions of a set.
bool swaps_last(const Trace &trace, NodeId id) {
  return trace.is(id, "Transpose") && trace.node(id).integers("perm") == std::vector<int64_t>{0, 2, 1};
}

/// The MatMul's bias, when the next node adds one.
void find_bias_add(const Trace &trace, QuantizedLayer &layer) {
  const NodeId user = sole_user(trace, layer.result);
  if (!trace.is(user, "Add")) return;
  const Node &add = trace.node(user);
  const ValueId other = add.inputs[add.inputs[0] == layer.result ? 1 : 0];
  if (other == layer.result || trace.is_activation(other)) return;
  if (trace.graph().value(other).shape != Shape{layer.channels}) return;
  layer.bias = other;
  layer.bias_add = user;
  layer.after.push_back(user);
  layer.result = add.outputs[0];
}

/// Batch normalization over the layer's channels: dimension 1, or the last of a set between two Transposes.
void find_norm(const Trace &trace, QuantizedLayer &layer) {
  const Graph &graph = trace.graph();
  const bool set = graph.value(layer.result).shape.size() == 3 && trace.is(layer.product, "MatMul");
  std::vector<NodeId> nodes;
  ValueId x = layer.result;
  const auto step = [&](NodeId id) {
    nodes.push_back(id);
    x = trace.node(id).outputs[0];
  };
  NodeId next = sole_user(trace, x);
  if (set) {
    if (!swaps_last(trace, next)) return;
    step(next);
    next = sole_user(trace, x);
  }
  if (!trace.is(next, "BatchNormalization") || trace.node(next).inputs[0] != x) return;
  const NodeId norm = next;
  step(next);
  if (set) {
    next = sole_user(trace, x);
    if (!swaps_last(trace, next)) return;
    step(next);
  }
  layer.norm = norm;
  layer.after.insert(layer.after.end(), nodes.begin(), nodes.end());
  layer.result = x;
}

/// What keeps a product from being quantized; "" when nothing does.
std::string obstacle(const Graph &graph, const Node &n, const Shape &w) {
  if (n.op == "Conv" && n.integer("group") != 1) return "grouped convolutions cannot be quantized";
  if (n.op == "Gemm" && (n.number("alpha") != 1 || n.number("beta") != 1 || n.integer("transA") != 0))
    return "only alpha = beta = 1 and transA = 0 can be quantized";
  if (n.op == "MatMul" && w.size() != 2)
    return fmt::format("a quantized weight has two dimensions, this one is {}", text_of(w));
  const bool across = n.op == "MatMul" || (n.op == "Gemm" && n.integer("transB") == 0);
  const Shape bias{w[across ? 1 : 0]};
  if (n.inputs.size() > 2 && n.inputs[2] != 0 && graph.value(n.inputs[2]).shape != bias)
    return fmt::format("its bias is {}, {} is expected", text_of(graph.value(n.inputs[2]).shape), text_of(bias));
  return "";
}

/// `quant` = 0: its weight is in float.
QuantizedLayer layer_of(const Trace &trace, NodeId id, NodeId quant) {
  const Graph &graph = trace.graph();
  const Node &n = trace.node(id);
  QuantizedLayer layer;
  layer.product = id;
  layer.input = n.inputs[0];
  layer.weight_quant = quant;
  layer.weight = quant == 0 ? n.inputs[1] : trace.node(quant).inputs[0];
  const bool across = n.op == "MatMul" || (n.op == "Gemm" && n.integer("transB") == 0);
  layer.channel_axis = across ? 1 : 0;
  layer.channels = graph.value(layer.weight).shape[layer.channel_axis];
  layer.result = n.outputs[0];
  if (n.inputs.size() > 2) layer.bias = n.inputs[2];
  if (n.op == "MatMul") find_bias_add(trace, layer);
  find_norm(trace, layer);
  return layer;
}

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// The common grid of several activations.
Grid joined(std::vector<Grid> grids, bool sum) {
  Grid all = grids.at(0);
  for (std::size_t i = 1; i < grids.size(); ++i) {
    const bool same = grids[i].terms.size() == 1 && all.terms.size() == 1 &&
                      grids[i].terms[0].quant == all.terms[0].quant && grids[i].terms[0].shift == all.terms[0].shift;
    if (!same) {
      all.terms.insert(all.terms.end(), grids[i].terms.begin(), grids[i].terms.end());
      all.largest = kInfinity;
    } else {
      all.largest = sum ? all.largest + grids[i].largest : std::max(all.largest, grids[i].largest);
    }
  }
  return all;
}

Grid finer(Grid grid, int shift) {
  for (GridTerm &term : grid.terms) term.shift += shift;
  return grid;
}

/// Values that a node adds up or averages for each of its results.
double values_per_result(const Graph &graph, const Node &node) {
  if (node.op == "AveragePool") {
    double count = 1;
    for (const int64_t k : node.integers("kernel_shape")) count *= static_cast<double>(k);
    for (const int64_t pad : node.integers("pads"))
      if (pad != 0 && node.integer("count_include_pad") == 0)
        refuse(graph, node, "padding makes the divisor differ between windows");
    if (node.integer("ceil_mode") != 0) refuse(graph, node, "ceil_mode makes the divisor differ between windows");
    return count;
  }
  return static_cast<double>(elements_of(graph.value(node.inputs[0]).shape)) /
         static_cast<double>(elements_of(graph.value(node.outputs[0]).shape));
}

}  // namespace

int leaky_bits(const Graph &graph, const Node &node) {
  const float slope = node.number("alpha");
  int exponent = 0;
  if (!(slope > 0 && slope <= 1) || std::frexp(slope, &exponent) != 0.5F || exponent < -30)
    refuse(graph, node, fmt::format("its slope is {}; 1, 1/2, 1/4 ... down to 2^-31 can be quantized", slope));
  return 1 - exponent;
}

int averaged_bits(const Graph &graph, const Node &node) {
  const double count = values_per_result(graph, node);
  int exponent = 0;
  if (std::frexp(count, &exponent) != 0.5)
    refuse(
        graph, node,
        fmt::format("it averages {} values, which is no power of two; sum them (ReduceSum) and divide the next weight "
                    "by {}, or average a power of two of values",
                    count, count));
  return exponent - 1;
}

namespace {

Grid grid_through(const Trace &trace, const Node &n) {
  const Graph &graph = trace.graph();
  const auto of = [&](std::size_t i) { return grid_of(trace, n.inputs[i]); };
  static const std::set<std::string> same{"Identity", "Flatten", "Reshape",  "Transpose",
                                          "Relu",     "MaxPool", "ReduceMax"};
  if (same.count(n.op) != 0) return of(0);
  if (n.op == "LeakyRelu") {
    const int shift = leaky_bits(graph, n);
    Grid grid = finer(of(0), shift);
    grid.largest = std::ldexp(grid.largest, shift);
    return grid;
  }
  if (n.op == "ReduceSum" || n.op == "ReduceMean" || n.op == "AveragePool") {
    const double count = values_per_result(graph, n);
    Grid grid = of(0);
    if (n.op != "ReduceSum") grid = finer(grid, averaged_bits(graph, n));
    grid.largest *= count;
    return grid;
  }
  if (n.op == "Add" || n.op == "Sub" || n.op == "Concat") {
    std::vector<Grid> grids;
    for (std::size_t i = 0; i < n.inputs.size(); ++i) grids.push_back(of(i));
    return joined(std::move(grids), n.op != "Concat");
  }
  refuse(graph, n, "its result is not on a grid of integers: put a Quant after it");
}

}  // namespace

bool is_quant(const Graph &graph, NodeId id) {
  return id != 0 && graph.node(id).op == "Quant" && graph.node(id).domain == NAC_DOMAIN_QONNX;
}

std::vector<QuantizedLayer> quantized_layers(const Trace &trace) {
  std::vector<QuantizedLayer> layers;
  const Graph &graph = trace.graph();
  for (const NodeId id : trace.nodes()) {
    const Node &n = trace.node(id);
    const bool product = n.domain.empty() && (n.op == "Conv" || n.op == "Gemm" || n.op == "MatMul");
    if (!product) continue;
    const auto quantized_weight = [&](ValueId v) {
      return !trace.is_activation(v) && is_quant(graph, graph.value(v).producer);
    };
    if (quantized_weight(n.inputs[0])) refuse(graph, n, "a quantized weight must be its second input");
    if (!quantized_weight(n.inputs[1])) continue;
    const NodeId quant = graph.value(n.inputs[1]).producer;
    const std::string why = obstacle(graph, n, graph.value(n.inputs[1]).shape);
    if (!why.empty()) refuse(graph, n, why);
    layers.push_back(layer_of(trace, id, quant));
  }
  return layers;
}

std::vector<QuantizedLayer> float_layers(const Trace &trace) {
  std::vector<QuantizedLayer> layers;
  const Graph &graph = trace.graph();
  for (const NodeId id : trace.nodes()) {
    const Node &n = trace.node(id);
    const bool product = n.domain.empty() && (n.op == "Conv" || n.op == "Gemm" || n.op == "MatMul");
    if (!product || !trace.is_activation(n.inputs[0]) || trace.is_activation(n.inputs[1])) continue;
    const Value &w = graph.value(n.inputs[1]);
    const bool plain = w.kind != ValueKind::result || trace.is(w.producer, "Mul");
    const bool grouped = n.op == "Conv";  // whose channels fold like any other's
    if (plain && (grouped || obstacle(graph, n, w.shape).empty())) layers.push_back(layer_of(trace, id, 0));
  }
  return layers;
}

Grid grid_of(const Trace &trace, ValueId id) {
  const Graph &graph = trace.graph();
  const Value &v = graph.value(id);
  if (v.kind == ValueKind::input)
    throw Error(fmt::format("input '{}' is used without a Quant", v.name), NAC_UNSUPPORTED);
  if (v.kind != ValueKind::result || !trace.is_activation(id))
    throw Error(fmt::format("'{}' is no activation", v.name), NAC_UNSUPPORTED);
  const Node &n = trace.node(v.producer);
  if (!is_quant(graph, v.producer)) return grid_through(trace, n);
  const QuantType type = quant_type_of(graph, n);
  return {{{v.producer, 0}}, static_cast<double>(std::max(type.highest(), -type.lowest()))};
}

}  // namespace nac::fw

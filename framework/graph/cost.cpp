// SPDX-License-Identifier: Apache-2.0
#include "graph/cost.hpp"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <set>

#include "base/error.hpp"
#include "graph/layer_shape.hpp"
#include "graph/trace.hpp"

namespace nac::fw {
namespace {

struct ConventionName {
  BopsConvention convention;
  const char *name;
};
constexpr ConventionName kConventions[] = {{BopsConvention::counted, "counted"},
                                           {BopsConvention::appendix, "appendix"},
                                           {BopsConvention::nac_repo, "nac-repo"},
                                           {BopsConvention::qonnx, "qonnx"},
                                           {BopsConvention::ebops, "ebops"}};

/// The name that a layer's author gave it: that of its weight without ".weight", else of its result.
std::string layer_name(const Trace &trace, const Node &n) {
  for (std::size_t i = 1; i < n.inputs.size(); ++i) {
    const ValueId weight = trace.weight_behind(n.inputs[i]);
    if (weight == 0 || trace.graph().value(weight).kind != ValueKind::parameter) continue;
    const std::string &name = trace.graph().value(weight).name;
    const std::size_t dot = name.rfind('.');
    return dot == std::string::npos || dot == 0 ? name : name.substr(0, dot);
  }
  return trace.graph().value(n.outputs[0]).name;
}

/// Position in cost.layers that a bias added after a MatMul belongs to; -1: the Add is a layer of its own.
int bias_owner(const Trace &trace, const Node &n, const std::map<NodeId, int> &layer_of) {
  if (n.op != "Add") return -1;
  for (const ValueId in : n.inputs) {
    const NodeId producer = trace.graph().value(in).producer;
    const auto found = layer_of.find(producer);
    if (trace.is(producer, "MatMul") && found != layer_of.end()) return found->second;
  }
  return -1;
}

/// The most frequent width, the larger of equally frequent ones.
int usual(const std::map<int, int> &widths, int otherwise) {
  int best = otherwise, count = 0;
  for (const auto &[width, times] : widths)
    if (times >= count) best = width, count = times;
  return best;
}

}  // namespace

BopsConvention parse_bops_convention(const std::string &text) {
  for (const ConventionName &c : kConventions)
    if (text == c.name) return c.convention;
  throw UsageError(
      fmt::format("'{}' is no BOPs convention; accepted are counted, appendix, nac-repo, qonnx and ebops", text));
}

const char *name_of(BopsConvention convention) {
  for (const ConventionName &c : kConventions)
    if (convention == c.convention) return c.name;
  return "?";
}

Cost cost_of(const Graph &graph, const BopsOptions &options) {
  for (const int bits : {options.weight_bits, options.activation_bits})
    if (bits < 1 || bits > 64)
      throw Error(fmt::format("BOPs are asked for {} bits, 1 to 64 are accepted", bits), NAC_INVALID_ARGUMENT);
  const Trace trace(graph);
  const RepoBops repo(trace);
  Cost cost;
  std::set<ValueId> counted;  // a parameter shared by two layers is counted once
  std::map<NodeId, int> layer_of;
  std::map<int, int> weight_widths, activation_widths;
  for (const NodeId id : trace.nodes()) {
    const Node &n = trace.node(id);
    if (n.op == "PowerOfTwo") continue;  // the scale of a quantizer
    int64_t parameters = 0;
    for (const ValueId in : n.inputs) {
      const ValueId weight = in == 0 ? 0 : trace.weight_behind(in);
      if (weight == 0 || graph.value(weight).kind != ValueKind::parameter || !counted.insert(weight).second) continue;
      parameters += elements_of(graph.value(weight).shape);
    }
    // Reshaping a weight is no layer: whoever uses the result counts it.
    if (!trace.is_activation(n.outputs[0]) && trace.weight_behind(n.outputs[0]) != 0) {
      for (const ValueId in : n.inputs)
        if (in != 0 && parameters > 0) counted.erase(trace.weight_behind(in));
      continue;
    }
    const LayerShape shape = shape_of(trace, id);
    BopsOptions own = options;
    if (shape.weight_bits > 0) own.weight_bits = shape.weight_bits;
    if (shape.activation_bits > 0) own.activation_bits = shape.activation_bits;
    const double macs = shape.macs();
    if (macs > 0x1p62)
      throw Error(fmt::format("layer '{}' has more than 2^62 multiplications", layer_name(trace, n)),
                  NAC_INVALID_ARGUMENT);
    LayerCost layer;
    layer.parameters = parameters;
    layer.macs = static_cast<int64_t>(std::llround(macs));
    layer.bops = options.convention == BopsConvention::nac_repo ? repo.bops(id, shape, own) : bops_of(shape, own);
    const bool weighted = shape.kind == LayerShape::Kind::weighted;
    if (weighted) layer.weight_bits = own.weight_bits;
    if (shape.kind != LayerShape::Kind::none) layer.activation_bits = own.activation_bits;
    if (weighted) ++weight_widths[own.weight_bits], ++activation_widths[own.activation_bits];
    cost.parameters += layer.parameters;
    cost.macs += layer.macs;
    cost.bops += layer.bops;
    if (const int owner = bias_owner(trace, n, layer_of); owner >= 0) {
      cost.layers[static_cast<std::size_t>(owner)].parameters += parameters;
      continue;
    }
    if (parameters == 0 && shape.kind == LayerShape::Kind::none) continue;
    layer.name = layer_name(trace, n);
    layer.op = n.op;
    layer_of[id] = static_cast<int>(cost.layers.size());
    cost.layers.push_back(std::move(layer));
  }
  cost.weight_bits = usual(weight_widths, options.weight_bits);
  cost.activation_bits = usual(activation_widths, options.activation_bits);
  return cost;
}

}  // namespace nac::fw

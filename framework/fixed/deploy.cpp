// SPDX-License-Identifier: Apache-2.0
#include "fixed/deploy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "fixed/fold.hpp"
#include "fixed/layers.hpp"
#include "fixed/quantizer.hpp"

namespace nac::fw {
namespace {

constexpr int kWidest = 62;  // of a quantizer

const Tensor &data_of(const Graph &graph, ValueId id) {
  const Value &v = graph.value(id);
  if (!v.data) throw Error(fmt::format("'{}' has no values yet", v.name), NAC_FAILED_PRECONDITION);
  return *v.data;
}

std::vector<float> values_of(const Tensor &t) { return {t.data<float>(), t.data<float>() + t.elements()}; }

/// PowerOfTwo(t) becomes the constant 2^ceil(t).
void fix_scales(Graph &graph) {
  for (const NodeId id : graph.topological()) {
    if (!graph.has_node(id)) continue;
    const Node &n = graph.node(id);
    if (n.op != "PowerOfTwo" || n.domain != NAC_DOMAIN_NAC) continue;
    const ValueId old = n.outputs[0];
    const Tensor &exponents = data_of(graph, n.inputs[0]);
    Tensor scale(DType::f32, exponents.shape());
    for (int64_t i = 0; i < exponents.elements(); ++i)
      scale.mutable_data<float>()[i] = std::exp2(std::ceil(exponents.data<float>()[i]));
    const std::string name = graph.value(old).name;
    const ValueId constant = graph.add_constant("", std::move(scale));
    graph.replace_uses(old, constant);
    graph.remove_node(id);
    graph.set_name(constant, name);
  }
}

/// The steps of an activation that a layer reads, and of each channel of its accumulator.
int input_fraction(const Trace &trace, ValueId input) {
  int finest = -1000;
  for (const GridTerm &term : grid_of(trace, input).terms) {
    const Node &quant = trace.node(term.quant);
    const std::string what = fmt::format("Quant '{}'", trace.graph().value(quant.outputs[0]).name);
    for (const int f : fractions_of(data_of(trace.graph(), quant.inputs[1]), what))
      finest = std::max(finest, f + term.shift);
  }
  return finest;
}

/// One layer on its way into the deployed form.
class Rewrite {
 public:
  Rewrite(Graph &graph, const Trace &trace, const QuantizedLayer &layer)
      : graph_(graph), layer_(layer), norm_(layer.norm != 0) {
    for (base_ = layer.weight; graph.value(base_).kind == ValueKind::result;) {
      const Node &mul = graph.node(graph.value(base_).producer);
      base_ = mul.inputs[graph.value(mul.inputs[0]).kind == ValueKind::constant ? 1 : 0];
    }
    weight_ = folded_weight(graph, layer);
    if (layer.weight_quant != 0) quantize_weight(trace);
    find_bias(trace);
  }
  /// The layer has this form already.
  bool done() const {
    if (norm_ || graph_.value(layer_.weight).kind == ValueKind::result) return false;
    const bool open_bias = layer_.bias != 0 && !is_quant(graph_, graph_.value(layer_.bias).producer);
    return !open_bias && graph_.node(layer_.weight_quant).integer("fit") == 0 &&
           weight_ == values_of(data_of(graph_, base_));
  }
  void apply();

 private:
  void quantize_weight(const Trace &trace);
  void find_bias(const Trace &trace);
  ValueId store(ValueId old, const std::string &name, const Shape &shape, const std::vector<float> &values);
  ValueId bias_quant(ValueId bias);
  std::string stem() const;

  Graph &graph_;
  const QuantizedLayer layer_;
  const bool norm_;
  ValueId base_ = 0;  ///< the parameter behind the weight
  std::vector<float> weight_, bias_;
  std::vector<int> fractions_;  ///< of the accumulator: one, or one per channel
  int bias_width_ = 2;
};

void Rewrite::quantize_weight(const Trace &trace) {
  const Node &quant = graph_.node(layer_.weight_quant);
  const std::string what = fmt::format("the weight '{}'", graph_.value(base_).name);
  const QuantType type = quant_type_of(graph_, quant);
  const std::vector<int> fractions = fractions_of(data_of(graph_, quant.inputs[1]), what);
  const Shape &shape = graph_.value(layer_.weight).shape;
  std::size_t stride = 1;
  for (std::size_t i = layer_.channel_axis + 1; i < shape.size(); ++i) stride *= static_cast<std::size_t>(shape[i]);
  const auto channels = static_cast<std::size_t>(layer_.channels);
  if (fractions.size() != 1 && fractions.size() != channels)
    throw Error(fmt::format("{} has {} scales, 1 or one for each of its {} channels is accepted", what,
                            fractions.size(), channels),
                NAC_UNSUPPORTED);
  for (std::size_t i = 0; i < weight_.size(); ++i) {
    if (!std::isfinite(weight_[i])) throw Error(fmt::format("{} is not finite", what), NAC_INVALID_ARGUMENT);
    const int f = fractions[fractions.size() == 1 ? 0 : i / stride % channels];
    const double n = static_cast<double>(quantize(static_cast<double>(weight_[i]), f, type));
    weight_[i] = static_cast<float>(std::ldexp(n, -f));
  }
  const int input = input_fraction(trace, layer_.input);
  for (const int f : fractions) fractions_.push_back(input + f);
}

void Rewrite::find_bias(const Trace &trace) {
  if (!norm_ && (layer_.bias == 0 || layer_.weight_quant == 0)) return;
  const auto channels = static_cast<std::size_t>(layer_.channels);
  if (layer_.bias != 0 && is_quant(graph_, graph_.value(layer_.bias).producer)) {
    if (norm_)
      throw Error(
          fmt::format("'{}': a bias with a Quant belongs to the deployed form, which has no batch normalization",
                      graph_.value(layer_.bias).name),
          NAC_UNSUPPORTED);
    return;
  }
  if (layer_.bias != 0 && trace.is_activation(layer_.bias)) return;  // no bias of ours
  bias_ = layer_.bias == 0 ? std::vector<float>(channels, 0.0F) : values_of(data_of(graph_, layer_.bias));
  const Folding folding = folding_of(graph_, layer_);
  QuantType widest;
  widest.width = kWidest;
  for (std::size_t c = 0; c < channels; ++c) {
    bias_[c] = folding.bias(bias_[c], c);
    if (!std::isfinite(bias_[c]))
      throw Error(fmt::format("the bias of '{}' is not finite", graph_.value(base_).name), NAC_INVALID_ARGUMENT);
    if (layer_.weight_quant == 0) continue;
    const int f = fractions_[fractions_.size() == 1 ? 0 : c];
    const int64_t n = quantize(static_cast<double>(bias_[c]), f, widest);
    bias_[c] = static_cast<float>(std::ldexp(static_cast<double>(n), -f));  // 24 bits at most: exact
    while (n < -(int64_t{1} << (bias_width_ - 1)) || n >= int64_t{1} << (bias_width_ - 1)) ++bias_width_;
    if (bias_width_ >= kWidest)
      throw Error(fmt::format("the bias of '{}' needs more than {} bits on the accumulator's grid",
                              graph_.value(base_).name, kWidest - 1),
                  NAC_UNSUPPORTED);
  }
}

std::string Rewrite::stem() const {
  const std::string &name = graph_.value(base_).name, end = ".weight";
  return name.size() > end.size() && name.ends_with(end) ? name.substr(0, name.size() - end.size()) : name;
}

/// `old` with new values when nothing else reads it, else a parameter of its own.
ValueId Rewrite::store(ValueId old, const std::string &name, const Shape &shape, const std::vector<float> &values) {
  Tensor data = Tensor::of(shape, values);
  const bool own = old != 0 && graph_.users(old).size() == 1;
  if (!own) old = graph_.add_parameter(graph_.find(name) == 0 ? name : "", shape, {});
  graph_.set_data(old, std::move(data));
  return old;
}

ValueId Rewrite::bias_quant(ValueId bias) {
  Tensor scale(DType::f32, {static_cast<int64_t>(fractions_.size())});
  for (std::size_t c = 0; c < fractions_.size(); ++c) scale.mutable_data<float>()[c] = std::ldexp(1.0F, -fractions_[c]);
  fractions_of(scale, fmt::format("the bias of '{}'", graph_.value(base_).name));  // not beyond what a scale can be
  const ValueId zero = graph_.add_constant("", Tensor::of<float>({1}, {0.0F}));
  const ValueId width = graph_.add_constant("", Tensor::of<float>({1}, {static_cast<float>(bias_width_)}));
  const NodeId quant =
      graph_.add_node(NAC_DOMAIN_QONNX, "Quant", {bias, graph_.add_constant("", std::move(scale)), zero, width});
  return graph_.node(quant).outputs[0];
}

void Rewrite::apply() {
  const Shape shape = graph_.value(base_).shape;
  const std::string name = graph_.value(layer_.result).name, bias_name = stem() + ".bias";
  // A masked weight that another layer reads, too, counts as shared.
  bool own = true;
  for (ValueId v = layer_.weight; v != base_ && own;) {
    own = graph_.users(v).size() == 1;
    const Node &mul = graph_.node(graph_.value(v).producer);
    v = mul.inputs[graph_.value(mul.inputs[0]).kind == ValueKind::constant ? 1 : 0];
  }
  if (layer_.weight_quant != 0) own = own && graph_.users(graph_.node(layer_.weight_quant).outputs[0]).size() == 1;
  ValueId weight = store(own ? base_ : 0, "", shape, weight_);
  if (layer_.weight_quant != 0) {
    const Node quant = graph_.node(layer_.weight_quant);
    std::map<std::string, Attribute> attributes = quant.attributes;
    attributes["fit"] = int64_t{0};
    weight = graph_
                 .node(graph_.add_node(quant.domain, quant.op,
                                       {weight, quant.inputs[1], quant.inputs[2], quant.inputs[3]}, attributes))
                 .outputs[0];
  }
  ValueId bias = layer_.bias;
  if (!bias_.empty()) {
    bias = store(bias, bias_name, {layer_.channels}, bias_);
    if (layer_.weight_quant != 0) bias = bias_quant(bias);
  }
  const Node product = graph_.node(layer_.product);
  std::vector<ValueId> inputs{layer_.input, weight};
  const bool added = product.op == "MatMul";
  if (bias != 0 && !added) inputs.push_back(bias);
  ValueId result = graph_.node(graph_.add_node("", product.op, inputs, product.attributes)).outputs[0];
  if (bias != 0 && added) result = graph_.node(graph_.add_node("", "Add", {result, bias})).outputs[0];
  graph_.replace_uses(layer_.result, result);
  graph_.prune_dead();
  graph_.set_name(result, name);
}

/// Rewrites the first layer that is not in deployed form; false: all are.
bool rewrite_one(Graph &graph) {
  const Trace trace(graph);
  std::vector<QuantizedLayer> layers = quantized_layers(trace);
  const std::vector<QuantizedLayer> floats = float_layers(trace);
  layers.insert(layers.end(), floats.begin(), floats.end());
  for (const QuantizedLayer &layer : layers) {
    const bool plain = layer.norm == 0 && graph.value(layer.weight).kind != ValueKind::result;
    if (layer.weight_quant == 0 && plain) continue;
    Rewrite rewrite(graph, trace, layer);
    if (rewrite.done()) continue;
    rewrite.apply();
    return true;
  }
  return false;
}

/// What would be left over in a quantized graph.
void refuse_leftovers(const Graph &graph) {
  const Trace trace(graph);
  for (const NodeId id : trace.nodes()) {
    const Node &n = trace.node(id);
    if (!trace.is_activation(n.outputs[0])) continue;
    if (trace.is(id, "BatchNormalization"))
      throw Error(
          fmt::format("BatchNormalization '{}' follows no Conv, Gemm or MatMul alone, so that it cannot be folded: "
                      "put it right after the layer, before the activation and any branch",
                      graph.value(n.outputs[0]).name),
          NAC_UNSUPPORTED);
    if (trace.is(id, "ReduceMean") || trace.is(id, "AveragePool")) averaged_bits(graph, n);
  }
}

}  // namespace

bool is_quantized(const Graph &graph) {
  const std::vector<bool> live = graph.live_nodes();
  for (const NodeId id : graph.topological())
    if (live[id] && is_quant(graph, id)) return true;
  return false;
}

Graph deploy(const Graph &trained) {
  Graph graph = trained;
  graph.prune_dead();
  fix_scales(graph);
  while (rewrite_one(graph)) {
  }
  if (is_quantized(graph)) refuse_leftovers(graph);
  return graph;
}

double sparsity_of(const Graph &deployed) {
  const Graph graph = deploy(deployed);
  const Trace trace(graph);
  std::vector<QuantizedLayer> layers = quantized_layers(trace);
  const std::vector<QuantizedLayer> floats = float_layers(trace);
  layers.insert(layers.end(), floats.begin(), floats.end());
  double zeros = 0, all = 0;
  for (const QuantizedLayer &layer : layers) {
    const std::vector<float> values = folded_weight(graph, layer);
    zeros += static_cast<double>(std::count(values.begin(), values.end(), 0.0F));
    all += static_cast<double>(values.size());
  }
  return all == 0 ? 0 : zeros / all;
}

}  // namespace nac::fw

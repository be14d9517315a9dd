// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <memory>

#include "base/error.hpp"
#include "torch/convolution.hpp"
#include "torch/exact.hpp"
#include "torch/normalization.hpp"
#include "torch/quantize.hpp"
#include "torch/quantized_layer.hpp"
#include "torch/wide_product.hpp"

namespace nac::fw::libtorch {
namespace {

[[noreturn]] void refuse(const Lowering &l, const Node &node, const std::string &what) {
  throw Error(title(l.graph, node) + ": " + what, NAC_UNSUPPORTED);
}

/// The product of a layer in the form in which it is fastest.
struct Product {
  enum class Kind { rows, gemm, convolution };
  Kind kind = Kind::rows;
  bool transposed = false;  ///< Gemm: the weight is [out, in]
  Convolution convolution;
  Slot x;

  at::Tensor operand(const Frame &f) const { return kind == Kind::rows ? x.rows(f) : x.logical(f); }
  /// b may be undefined.
  at::Tensor operator()(const at::Tensor &in, const at::Tensor &w, const at::Tensor &b, bool exact) const {
    if (kind == Kind::convolution) {
      const c10::optional<at::Tensor> bias = b.defined() ? c10::optional<at::Tensor>(b) : c10::nullopt;
      return exact ? convolution.exact(in, w, bias) : convolution(in, w, bias);
    }
    const at::Tensor m = transposed ? w.t() : w;
    return b.defined() ? at::addmm(b, in, m) : at::mm(in, m);
  }
  /// b per channel, to be added to a result.
  at::Tensor along_channels(const at::Tensor &b, const at::Tensor &y) const {
    if (kind != Kind::convolution) return b;
    std::vector<int64_t> shape(static_cast<std::size_t>(y.dim()), 1);
    shape[1] = -1;
    return b.view(shape);
  }
};

Product product_of(Lowering &l, const QuantizedLayer &layer) {
  const Node &node = l.graph.node(layer.product);
  Product p;
  p.x = l.slot(layer.input);
  if (node.op == "Conv") {
    p.kind = Product::Kind::convolution;
    p.convolution = convolution_of(l, node);
  } else if (node.op == "Gemm") {
    p.kind = Product::Kind::gemm;
    p.transposed = layer.channel_axis == 0;
  }
  return p;
}

bool is_result(const Graph &graph, ValueId id) { return graph.value(id).kind == ValueKind::result; }

/// The weight itself and its mask, which a Mul may hold in either order.
void find_weight(const Lowering &l, const QuantizedLayer &layer, LayerWeights &w) {
  const Node &quant = l.graph.node(layer.weight_quant);
  w.weight = layer.weight;
  if (!is_result(l.graph, layer.weight)) return;
  const Node &mul = l.graph.node(l.graph.value(layer.weight).producer);
  if (mul.op != "Mul" || !mul.domain.empty() || is_result(l.graph, mul.inputs[0]) || is_result(l.graph, mul.inputs[1]))
    refuse(l, quant, "a weight is quantized directly, or after a Mul with its mask; this is " + mul.op);
  const bool mask_first = l.graph.value(mul.inputs[0]).kind == ValueKind::constant &&
                          l.graph.value(mul.inputs[1]).kind == ValueKind::parameter;
  w.weight = mul.inputs[mask_first ? 1 : 0];
  w.mask = mul.inputs[mask_first ? 0 : 1];
  if (l.graph.value(w.mask).kind != ValueKind::constant || l.graph.value(w.mask).shape != l.graph.value(w.weight).shape)
    refuse(l, quant, "the mask '" + l.graph.value(w.mask).name + "' must be a constant of the weight's shape");
}

void find_scale(Lowering &l, const QuantizedLayer &layer, LayerWeights &w) {
  const Node &quant = l.graph.node(layer.weight_quant);
  w.type = quant_type_of(l.graph, quant);
  w.scale = quant.inputs.at(1);
  const Value &scale = l.graph.value(w.scale);
  if (scale.kind != ValueKind::constant || !scale.data)
    refuse(l, quant, "the scale '" + scale.name + "' of a weight must be a constant");
  // It broadcasts to the weight, so that it is per channel when its one long dimension is the channels'.
  const std::size_t behind = l.graph.value(layer.weight).shape.size() - layer.channel_axis;  // dimensions from there on
  const bool per_channel = elements_of(scale.shape) == layer.channels && scale.shape.size() >= behind &&
                           scale.shape[scale.shape.size() - behind] == layer.channels;
  if (elements_of(scale.shape) != 1 && !per_channel)
    refuse(l, quant,
           "the scale '" + scale.name + "' has shape " + text_of(scale.shape) +
               "; accepted are one element and one for each output channel");
  fractions_of(*scale.data, title(l.graph, quant));
  if (integer_or(quant, "fit", 0) == 0) return;
  l.statistics.push_back(w.scale);
  l.fits_scales = true;
}

LayerWeights weights_of(Lowering &l, const QuantizedLayer &layer) {
  LayerWeights w;
  find_weight(l, layer, w);
  find_scale(l, layer, w);
  const Shape &shape = l.graph.value(w.weight).shape;
  w.layout.count = static_cast<std::size_t>(elements_of(shape));
  w.layout.channels = static_cast<std::size_t>(layer.channels);
  for (std::size_t i = layer.channel_axis + 1; i < shape.size(); ++i)
    w.layout.inner *= static_cast<std::size_t>(shape[i]);
  w.channel_shape.assign(shape.size(), 1);
  w.channel_shape[layer.channel_axis] = layer.channels;
  w.bias = layer.bias;
  w.bias_is_integer = layer.bias != 0 && is_result(l.graph, layer.bias);
  if (w.bias_is_integer && !is_quant(l.graph, l.graph.value(layer.bias).producer))
    refuse(l, l.graph.node(layer.product), "its bias '" + l.graph.value(layer.bias).name + "' is computed");
  if (layer.norm == 0) return w;
  if (w.bias_is_integer)
    refuse(l, l.graph.node(layer.product), "a bias that has a Quant and then a BatchNormalization cannot be folded");
  const Node &norm = l.graph.node(layer.norm);
  w.gamma = norm.inputs.at(1), w.beta = norm.inputs.at(2), w.mean = norm.inputs.at(3), w.variance = norm.inputs.at(4);
  w.epsilon = static_cast<double>(number_or(norm, "epsilon", 1e-5F));
  for (const ValueId id : {w.gamma, w.beta, w.mean, w.variance})
    if (is_result(l.graph, id)) refuse(l, norm, "'" + l.graph.value(id).name + "' is computed");
  return w;
}

/// A layer in execution.
struct LayerStep {
  Product product;
  LayerWeights weights;
  std::optional<Normalization> norm;
  GridPlan grid;     ///< of the input
  double bound = 0;  ///< of the sums in steps of the accumulator, before the bias
  bool on_cpu = true;
  ValueId out = 0;

  at::Tensor moving(const Frame &f) const {
    const at::Tensor w = on_cpu ? rounded_weight(weights, f) : rounded_weight_by_tensors(weights, f);
    const at::Tensor b = weights.bias != 0 ? f.values[weights.bias] : at::Tensor();
    return (*norm)(f, product(product.operand(f).to(at::kFloat), w, b, false));
  }

  /// Whether float32 cannot hold a sum of the layer for some input.
  bool wide(const Frame &f, const FoldedLayer &folded) const {
    if (folded.weight.scalar_type() == at::kDouble || !fits_single(folded.finest_step)) return true;
    if (bound + folded.largest_bias < kSingleLimit) return false;
    const double sum = grid.largest * largest_row(weights, f, folded.weight);
    return !(sum + folded.largest_bias < kSingleLimit);
  }

  at::Tensor frozen(const Frame &f) const {
    const at::Tensor x = product.operand(f);
    if (on_cpu) {
      const FoldedLayer folded = fold(weights, f, grid.fraction(f));
      const bool single = x.scalar_type() == at::kFloat && !wide(f, folded);
      if (!single && product.kind != Product::Kind::convolution && x.scalar_type() == at::kFloat)
        return wide_product(x, product.transposed ? folded.weight.t() : folded.weight, folded.bias);
      const at::ScalarType type = single ? at::kFloat : at::kDouble;
      return product(x.to(type), folded.weight.to(type), folded.bias.defined() ? folded.bias.to(type) : folded.bias,
                     true);
    }
    const FoldedLayer folded = fold_by_tensors(weights, f, grid.step(f));
    // Convolutions in float32 may be computed by transforms that are not exact.
    const bool doubled = product.kind == Product::Kind::convolution || !(bound < kSingleLimit);
    const at::ScalarType type = doubled ? at::kDouble : at::kFloat;
    const at::Tensor y = product(x.to(type), folded.weight.to(type), {}, true).to(at::kDouble);
    return folded.bias.defined() ? y + product.along_channels(folded.bias.to(at::kDouble), y) : y;
  }
};

/// Nobody else may read what is inside a layer.
void check_inside(const Lowering &l, const QuantizedLayer &layer) {
  ValueId value = l.graph.node(layer.product).outputs[0];
  for (const NodeId next : layer.after) {
    if (l.sole_user(value) != next)
      refuse(l, l.graph.node(layer.product),
             "'" + l.graph.value(value).name + "' lies inside a quantized layer and is read elsewhere too");
    value = l.graph.node(next).outputs[0];
  }
}

}  // namespace

void lower_quantized_layer(Lowering &l, const QuantizedLayer &layer) {
  check_inside(l, layer);
  const Node &node = l.graph.node(layer.product);
  auto step = std::make_shared<LayerStep>();
  step->product = product_of(l, layer);
  step->weights = weights_of(l, layer);
  if (layer.norm != 0) step->norm = normalization_of(l, l.graph.node(layer.norm));
  step->grid = l.quantized->require_grid(layer.input);
  const QuantType &type = step->weights.type;
  const WeightLayout &layout = step->weights.layout;
  step->bound = step->grid.largest * static_cast<double>(std::max(type.highest(), -type.lowest())) *
                static_cast<double>(layout.count / layout.channels);
  step->on_cpu = l.on_cpu;
  step->out = layer.result;
  if (step->product.kind == Product::Kind::rows && l.slot(layer.input).shape.size() > 2) l.mark_merged(layer.result);
  l.mark_overwritable(layer.result);
  l.read_also({layer.input, layer.bias});
  l.read_also(step->grid);
  l.emit(node, [step = std::shared_ptr<const LayerStep>(step)](Frame &f) {
    f.values[step->out] = f.training && step->norm ? step->moving(f) : step->frozen(f);
  });
}

void lower_quant(Lowering &l, const Node &node) {
  const Slot x = l.slot(node.inputs.at(0));
  const ValueId scale = node.inputs.at(1), out = node.outputs.at(0);
  const auto type = std::make_shared<const QuantType>(quant_type_of(l.graph, node));
  const Value &steps = l.graph.value(scale);
  if (steps.kind == ValueKind::result ? l.graph.node(steps.producer).op != "PowerOfTwo"
                                      : steps.kind != ValueKind::constant || !steps.data)
    refuse(l, node, "its scale '" + steps.name + "' is neither a constant nor made by PowerOfTwo");
  if (steps.data) fractions_of(*steps.data, title(l.graph, node));
  const bool one = elements_of(steps.shape) == 1;
  if (!one && l.quantized->is_activation(x.id)) refuse(l, node, "an activation has one scale");
  if (x.merged) l.mark_merged(out);
  l.emit(node, [=](Frame &f) {
    const at::Tensor s = one ? f.values[scale].view({1}) : f.values[scale];
    f.values[out] = quantized(f.values[x.id], s, *type);
  });
}

void lower_power_of_two(Lowering &l, const Node &node) {
  const ValueId t = node.inputs.at(0), out = node.outputs.at(0);
  if (l.graph.value(t).kind == ValueKind::parameter) l.learned_scales.push_back(t);
  l.emit(node, [=](Frame &f) { f.values[out] = power_of_two(f.values[t]); });
}

}  // namespace nac::fw::libtorch

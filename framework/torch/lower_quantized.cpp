// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "base/error.hpp"
#include "torch/convolution.hpp"
#include "torch/exact.hpp"
#include "torch/grid.hpp"
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

/// A layer in execution.
struct LayerStep {
  Product product;
  QuantizedLayerParts weights;
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
      const FoldedLayer folded = fold(weights, f, fraction_of(grid, f));
      const bool single = x.scalar_type() == at::kFloat && !wide(f, folded);
      if (!single && product.kind != Product::Kind::convolution && x.scalar_type() == at::kFloat)
        return wide_product(x, product.transposed ? folded.weight.t() : folded.weight, folded.bias);
      const at::ScalarType type = single ? at::kFloat : at::kDouble;
      return product(x.to(type), folded.weight.to(type), folded.bias.defined() ? folded.bias.to(type) : folded.bias,
                     true);
    }
    const FoldedLayer folded = fold_by_tensors(weights, f, step_of(grid, f));
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
  step->weights = parts_of(l.graph, layer);
  if (step->weights.refitted) {
    l.statistics.push_back(step->weights.scale);
    l.fits_scales = true;
  }
  if (layer.norm != 0) step->norm = normalization_of(l, l.graph.node(layer.norm));
  step->grid = l.quantized->require_grid(layer.input);
  step->bound = step->weights.bound(step->grid.largest);
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

// SPDX-License-Identifier: Apache-2.0
#include "fused/weights/plain_weights.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "fixed/training/quantized_layer_parts.hpp"
#include "fused/kernels/move_rows.hpp"

namespace nac::fw::fused {
namespace {

bool is_leaf(const Graph &graph, ValueId id) {
  const Value &value = graph.value(id);
  return (value.kind == ValueKind::constant || value.kind == ValueKind::parameter) && value.dtype == DType::f32;
}

/// A weight, and a constant of its shape as mask.
bool is_weight(const Graph &graph, ValueId id) {
  const MaskedWeight w = masked_weight(graph, id);
  if (!w.found || !is_leaf(graph, w.weight)) return false;
  return w.mask == 0 ||
         (graph.value(w.mask).kind == ValueKind::constant && graph.value(w.mask).shape == graph.value(w.weight).shape);
}

bool is_bias(const Graph &graph, ValueId id, std::size_t out) {
  const int64_t count = elements_of(graph.value(id).shape);
  // Of dimensions before the last, which would be the batch's, nothing but 1 can be there.
  return is_leaf(graph, id) &&
         (count == 1 || (count == static_cast<int64_t>(out) && graph.value(id).shape.back() == count));
}

ValueId own_bias(const Node &node) { return node.inputs.size() > 2 ? node.inputs[2] : 0; }

}  // namespace

bool PlainWeights::accepts(const Graph &graph, NodeId product) {
  const Node &node = graph.node(product);
  if (!node.domain.empty() || (node.op != "Conv" && node.op != "Gemm" && node.op != "MatMul")) return false;
  if (!is_weight(graph, node.inputs.at(1))) return false;
  if (node.op == "MatMul" && graph.value(node.inputs[1]).shape.size() != 2) return false;
  if (node.op == "Gemm" && node.integer("transA") != 0) return false;
  const ValueId bias = own_bias(node);
  return bias == 0 || is_bias(graph, bias, weight_form(graph, node).out);
}

PlainWeights::PlainWeights(const Graph &graph, NodeId product, ValueId bias) {
  const Node &node = graph.node(product);
  const std::string name = node.op + " '" + graph.value(node.outputs.at(0)).name + "'";
  if (!accepts(graph, product))
    throw Error(name + ": its weight or bias is computed, or it has transA", NAC_UNSUPPORTED);
  form_ = weight_form(graph, node);
  bias_ = own_bias(node);
  if (bias != 0 && (bias_ != 0 || !is_bias(graph, bias, form_.out)))
    throw Error(name + ": '" + graph.value(bias).name + "' is no bias of it", NAC_UNSUPPORTED);
  if (node.op == "Gemm") {
    alpha_ = node.number("alpha");
    beta_ = bias == 0 ? node.number("beta") : 1;
  }
  if (bias != 0) bias_ = bias;
  one_bias_ = bias_ != 0 && elements_of(graph.value(bias_).shape) == 1;
  const MaskedWeight w = masked_weight(graph, node.inputs.at(1));
  weight_ = w.weight;
  if (w.mask == 0) return;
  mask_.resize(form_.count());
  kept_.resize(form_.count());
  const float *mask = graph.value(w.mask).data->data<float>();
  form_.each([&](std::size_t p, std::size_t at) { mask_[p] = mask[at]; });
  std::transform(mask_.begin(), mask_.end(), kept_.begin(), [](float m) { return m != 0 ? 1.0F : 0.0F; });
}

void PlainWeights::prepare(const State &state, bool, float *weights, float *bias) {
  const float *w = state.value(weight_);
  if (form_.channels_last)
    form_.each([&](std::size_t p, std::size_t at) { weights[p] = w[at]; });
  else
    std::copy_n(w, form_.count(), weights);
  for (std::size_t i = 0; i < mask_.size(); ++i) weights[i] *= mask_[i];
  if (alpha_ != 1)
    for (std::size_t i = 0; i < form_.count(); ++i) weights[i] *= alpha_;
  if (bias_ == 0) return;
  const float *b = state.value(bias_);
  for (std::size_t c = 0; c < form_.out; ++c) bias[c] = beta_ * b[one_bias_ ? 0 : c];
}

void PlainWeights::pull_back(const float *dweights, const float *dbias, State &state) {
  float *gradient = state.gradient(weight_);
  if (gradient != nullptr && as_is()) {
    add_floats(dweights, form_.count(), gradient);
  } else if (gradient != nullptr) {
    form_.each([&](std::size_t p, std::size_t at) {
      gradient[at] += mask_.empty() ? alpha_ * dweights[p] : alpha_ * mask_[p] * dweights[p];
    });
  }
  if (bias_ == 0 || dbias == nullptr) return;
  if (float *of_bias = state.gradient(bias_))
    for (std::size_t c = 0; c < form_.out; ++c) of_bias[one_bias_ ? 0 : c] += beta_ * dbias[c];
}

}  // namespace nac::fw::fused

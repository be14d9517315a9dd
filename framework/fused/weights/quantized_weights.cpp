// SPDX-License-Identifier: Apache-2.0
#include "fused/weights/quantized_weights.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "fixed/training/quantizer_loops.hpp"
#include "fused/kernels/fold.hpp"
#include "fused/kernels/move_rows.hpp"
#include "fused/weights/scales.hpp"

namespace nac::fw::fused {
namespace {

const float *value_of(const State &state, ValueId id) { return id != 0 ? state.value(id) : nullptr; }

/// The Quant that makes an integer bias.
struct BiasQuant {
  BiasQuant(const State &state, ValueId bias) {
    const Graph &graph = state.graph();
    const Node &node = graph.node(graph.value(bias).producer);
    type = quant_type_of(graph, node);
    from = node.inputs.at(0);
    scale = node.inputs.at(1);
    if (graph.value(scale).kind == ValueKind::result) {
      fractions = {fraction_of(state, scale)};
    } else {
      fractions = fractions_of(state, scale);
    }
  }
  /// Calls f(first channel, channels, fraction) for all channels that have one scale.
  template <class F>
  void each(std::size_t channels, F &&f) const {
    if (fractions.size() == 1) return f(std::size_t{0}, channels, fractions[0]);
    for (std::size_t c = 0; c < channels; ++c) f(c, std::size_t{1}, fractions[c]);
  }
  QuantType type;
  ValueId from = 0, scale = 0;
  std::vector<int> fractions;
};

}  // namespace

QuantizedWeights::QuantizedWeights(const Graph &graph, const QuantizedLayer &layer, GridPlan input)
    : form_(weight_form(graph, graph.node(layer.product))), parts_(parts_of(graph, layer)), input_(std::move(input)) {
  if (parts_.bias_is_integer) {
    const Node &quant = graph.node(graph.value(parts_.bias).producer);
    const Value &from = graph.value(quant.inputs.at(0));
    if (from.kind == ValueKind::result)
      throw Error("Quant '" + graph.value(parts_.bias).name + "' of a bias: '" + from.name + "' is computed",
                  NAC_UNSUPPORTED);
  }
  bound_ = parts_.bound(input_.largest);
  folded_.resize(form_.count());
  gradient_.resize(form_.count());
  bias_values_.resize(form_.out);
  inverse_.resize(form_.out);
  scale_.resize(form_.out);
  wide_bias_.resize(form_.out);
  factor_gradient_.resize(form_.out);
  if (parts_.mask == 0) return;
  kept_.resize(form_.count());
  const float *mask = graph.value(parts_.mask).data->data<float>();
  form_.each([&](std::size_t p, std::size_t at) { kept_[p] = mask[at] != 0 ? 1.0F : 0.0F; });
}

NormArrays QuantizedWeights::norm_of(const State &state) const {
  return {value_of(state, parts_.gamma), value_of(state, parts_.beta), value_of(state, parts_.mean),
          value_of(state, parts_.variance), parts_.epsilon};
}

WeightArrays QuantizedWeights::arrays_of(const State &state) const {
  return {state.value(parts_.weight), value_of(state, parts_.mask), parts_.has_norm() ? factor_.data() : nullptr,
          nullptr};
}

void QuantizedWeights::prepare(const State &state, bool moving, float *weights, float *bias) {
  moving_ = moving && parts_.has_norm();
  exact_ = true;
  factor_ = folding_factors(norm_of(state), form_.out);
  if (moving_) {
    prepare_moving(state, weights, bias);
  } else {
    prepare_frozen(state, weights, bias);
  }
}

void QuantizedWeights::fold(const WeightArrays &in, const State &state, float *weights) {
  float *out = form_.channels_last ? folded_.data() : weights;
  if (folds_in_doubles(parts_.type)) {
    const float *scales = state.value(parts_.scale);  // powers of two, whose inverses are exact
    const bool one = elements_of(state.graph().value(parts_.scale).shape) == 1;
    for (std::size_t c = 0; c < form_.out; ++c) {
      const auto scale = static_cast<double>(scales[one ? 0 : c]);
      inverse_[c] = 1 / scale;
      scale_[c] = in.restored != nullptr ? scale * in.restored[c] : scale;
    }
    fold_to_grid(in, parts_.layout, {inverse_.data(), scale_.data(), parts_.type}, out);
  } else {
    fold_weights(in, parts_.layout, fractions_of(state, parts_.scale), parts_.type, out);
  }
  if (form_.channels_last) form_.each([&](std::size_t p, std::size_t at) { weights[p] = out[at]; });
}

void QuantizedWeights::prepare_moving(const State &state, float *weights, float *bias) {
  std::vector<double> restored(factor_.size());
  std::transform(factor_.begin(), factor_.end(), restored.begin(), [](double f) { return f != 0 ? 1 / f : 0; });
  WeightArrays in = arrays_of(state);
  in.restored = restored.data();
  fold(in, state, weights);
  if (parts_.bias != 0) std::copy_n(state.value(parts_.bias), form_.out, bias);
}

void QuantizedWeights::prepare_frozen(const State &state, float *weights, float *bias) {
  std::vector<int> fractions = fractions_of(state, parts_.scale);
  fold(arrays_of(state), state, weights);
  const double largest_weights = largest_row(form_.channels_last ? folded_.data() : weights, parts_.layout, fractions);

  const int input = fraction_of(state, input_);
  for (int &f : fractions) f += input;
  const double largest_bias = has_bias(false) ? fold_bias_values(state, fractions) : 0;
  if (has_bias(false))
    std::transform(wide_bias_.begin(), wide_bias_.end(), bias, [](double b) { return static_cast<float>(b); });

  const double finest_step = std::ldexp(1.0, -*std::max_element(fractions.begin(), fractions.end()));
  exact_ = fits_single(parts_.type) && fits_single(finest_step) &&
           (bound_ + largest_bias < kSingleLimit || input_.largest * largest_weights + largest_bias < kSingleLimit);
  if (exact_) return;
  wide_folded_.resize(form_.count());
  wide_weights_.resize(form_.count());
  for (int &f : fractions) f -= input;
  fold_weights(arrays_of(state), parts_.layout, fractions, parts_.type, wide_folded_.data());
  form_.each([&](std::size_t p, std::size_t at) { wide_weights_[p] = wide_folded_[at]; });
}

double QuantizedWeights::fold_bias_values(const State &state, const std::vector<int> &fractions) {
  if (!parts_.bias_is_integer) {
    const double largest =
        fold_bias(value_of(state, parts_.bias), norm_of(state), factor_, form_.out, fractions, bias_values_.data());
    std::copy(bias_values_.begin(), bias_values_.end(), wide_bias_.begin());
    return largest;
  }
  const BiasQuant quant(state, parts_.bias);
  const float *from = state.value(quant.from);
  quant.each(form_.out, [&](std::size_t c, std::size_t count, int fraction) {
    quantize_values(from + c, wide_bias_.data() + c, count, fraction, quant.type);
  });
  double largest = 0;
  for (const double b : wide_bias_) largest = std::max(largest, std::fabs(b));
  return std::ldexp(largest, *std::max_element(fractions.begin(), fractions.end()));
}

void QuantizedWeights::pull_back_unfolded(const float *dweights, State &state) const {
  float *gradient = state.gradient(parts_.weight);
  if (gradient == nullptr) return;
  const float *mask = value_of(state, parts_.mask);
  if (mask != nullptr) {
    form_.each([&](std::size_t p, std::size_t at) { gradient[at] += dweights[p] * mask[at]; });
  } else if (form_.channels_last) {
    form_.each([&](std::size_t p, std::size_t at) { gradient[at] += dweights[p]; });
  } else {
    add_floats(dweights, form_.count(), gradient);
  }
}

void QuantizedWeights::pull_back_moving(const float *dweights, const float *dbias, State &state) const {
  pull_back_unfolded(dweights, state);
  float *bias = parts_.bias != 0 && dbias != nullptr ? state.gradient(parts_.bias) : nullptr;
  for (std::size_t c = 0; bias != nullptr && c < form_.out; ++c) bias[c] += dbias[c];
}

void QuantizedWeights::pull_back(const float *dweights, const float *dbias, State &state) {
  if (moving_) {
    pull_back_moving(dweights, dbias, state);
    return;
  }
  if (!parts_.has_norm()) {
    pull_back_unfolded(dweights, state);
    if (dbias != nullptr) pull_back_bias(dbias, state);
    return;
  }
  if (form_.channels_last) form_.each([&](std::size_t p, std::size_t at) { folded_[at] = dweights[p]; });
  fold_weights_gradient(arrays_of(state), parts_.layout, form_.channels_last ? folded_.data() : dweights,
                        gradient_.data(), factor_gradient_.data());
  if (float *gradient = state.gradient(parts_.weight)) add_floats(gradient_.data(), gradient_.size(), gradient);
  if (dbias != nullptr) pull_back_bias(dbias, state);
  float *gamma = state.gradient(parts_.gamma);
  const float *variance = value_of(state, parts_.variance);
  for (std::size_t c = 0; gamma != nullptr && c < form_.out; ++c) {
    const double spread = static_cast<double>(variance[c]) + parts_.epsilon;
    gamma[c] += static_cast<float>(factor_gradient_[c] / std::sqrt(spread));
  }
}

void QuantizedWeights::pull_back_bias(const float *dbias, State &state) {
  if (parts_.bias_is_integer) {
    const BiasQuant quant(state, parts_.bias);
    const float *x = state.value(quant.from);
    float *gradient = state.gradient(quant.from);
    std::vector<float> through(form_.out), y(wide_bias_.begin(), wide_bias_.end());
    quant.each(form_.out, [&](std::size_t c, std::size_t count, int fraction) {
      const double scale = quantizer_gradient(x + c, y.data() + c, dbias + c, through.data() + c, count, fraction,
                                              quant.type, quant.fractions.size() == 1);
      if (quant.fractions.size() == 1) add_scale_gradient(state, quant.scale, scale);
    });
    for (std::size_t c = 0; gradient != nullptr && c < form_.out; ++c) gradient[c] += through[c];
    return;
  }
  float *bias = parts_.bias != 0 ? state.gradient(parts_.bias) : nullptr;
  if (!parts_.has_norm()) {
    for (std::size_t c = 0; bias != nullptr && c < form_.out; ++c) bias[c] += dbias[c];
    return;
  }
  const float *b = value_of(state, parts_.bias), *mean = state.value(parts_.mean);
  float *beta = state.gradient(parts_.beta);
  for (std::size_t c = 0; c < form_.out; ++c) {
    const auto g = static_cast<double>(dbias[c]);
    factor_gradient_[c] += g * ((b != nullptr ? static_cast<double>(b[c]) : 0.0) - static_cast<double>(mean[c]));
    if (beta != nullptr) beta[c] += dbias[c];
    if (bias != nullptr) bias[c] += static_cast<float>(g * factor_[c]);
  }
}

}  // namespace nac::fw::fused

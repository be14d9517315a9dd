// SPDX-License-Identifier: Apache-2.0
#include "torch/quantized_layer.hpp"

#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "torch/quantize.hpp"

namespace nac::fw::libtorch {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

const float *data_of(const at::Tensor &t) { return t.defined() ? t.data_ptr<float>() : nullptr; }
at::Tensor value_of(const Frame &frame, ValueId id) { return id != 0 ? frame.values[id] : at::Tensor(); }

std::vector<int> fractions_of_scale(const at::Tensor &scale) {
  std::vector<int> fractions(static_cast<std::size_t>(scale.numel()));
  const float *s = scale.data_ptr<float>();
  for (std::size_t i = 0; i < fractions.size(); ++i) fractions[i] = -std::ilogb(s[i]);
  return fractions;
}

/// What the loops of one layer work on.
struct Operands {
  at::Tensor weight, mask, gamma, beta, bias, mean, variance, scale;

  NormArrays norm(double epsilon) const {
    return {data_of(gamma), data_of(beta), data_of(mean), data_of(variance), epsilon};
  }
};

Operands operands_of(const QuantizedLayerParts &layer, const Frame &f) {
  return {value_of(f, layer.weight), value_of(f, layer.mask), value_of(f, layer.gamma),    value_of(f, layer.beta),
          value_of(f, layer.bias),   value_of(f, layer.mean), value_of(f, layer.variance), value_of(f, layer.scale)};
}

template <class F>
void with_type(const at::Tensor &t, F &&f) {
  if (t.scalar_type() == at::kDouble) {
    f(t.data_ptr<double>());
  } else {
    f(t.data_ptr<float>());
  }
}

at::Tensor fold_weight_values(const QuantizedLayerParts &layer, const Operands &o, const double *factor,
                              const double *restored) {
  const at::ScalarType type = restored != nullptr ? at::kFloat : value_type(layer.type);
  at::Tensor out = at::empty(o.weight.sizes(), o.weight.options().dtype(type).requires_grad(false));
  const WeightArrays in{data_of(o.weight), data_of(o.mask), factor, restored};
  with_type(out, [&](auto *to) { fold_weights(in, layer.layout, fractions_of_scale(o.scale), layer.type, to); });
  return out;
}

/// Weight and bias, which is undefined for a layer without.
std::pair<at::Tensor, at::Tensor> fold_values(const QuantizedLayerParts &layer, const Operands &o, int fraction,
                                              double *largest_bias) {
  const std::vector<double> factor = folding_factors(o.norm(layer.epsilon), layer.layout.channels);
  at::Tensor weight = fold_weight_values(layer, o, layer.has_norm() ? factor.data() : nullptr, nullptr), bias;
  if ((o.bias.defined() && !layer.bias_is_integer) || layer.has_norm()) {
    std::vector<int> fractions = fractions_of_scale(o.scale);
    for (int &f : fractions) f += fraction;
    const auto channels = static_cast<int64_t>(layer.layout.channels);
    bias = at::empty({channels}, o.weight.options().requires_grad(false));
    *largest_bias = fold_bias(data_of(o.bias), o.norm(layer.epsilon), factor, layer.layout.channels, fractions,
                              bias.data_ptr<float>());
  }
  return {weight, bias};
}

struct FoldFunction : torch::autograd::Function<FoldFunction> {
  static variable_list forward(AutogradContext *context, const QuantizedLayerParts *layer, int fraction,
                               double *largest, const c10::optional<at::Tensor> &weight,
                               const c10::optional<at::Tensor> &mask, const c10::optional<at::Tensor> &gamma,
                               const c10::optional<at::Tensor> &beta, const c10::optional<at::Tensor> &bias,
                               const c10::optional<at::Tensor> &mean, const c10::optional<at::Tensor> &variance,
                               const c10::optional<at::Tensor> &scale) {
    const auto get = [](const c10::optional<at::Tensor> &t) { return t ? t->detach() : at::Tensor(); };
    const Operands o{get(weight), get(mask), get(gamma), get(beta), get(bias), get(mean), get(variance), get(scale)};
    auto [w, b] = fold_values(*layer, o, fraction, largest);
    context->saved_data["layer"] = reinterpret_cast<int64_t>(layer);
    context->save_for_backward({o.weight, o.mask, o.gamma, o.bias, o.mean, o.variance});
    return b.defined() ? variable_list{w, b} : variable_list{w};
  }

  static variable_list backward(AutogradContext *context, const variable_list &gradients) {
    const auto &layer = *reinterpret_cast<const QuantizedLayerParts *>(context->saved_data["layer"].toInt());
    const variable_list s = context->get_saved_variables();
    Operands o;
    o.weight = s[0], o.mask = s[1], o.gamma = s[2], o.bias = s[3], o.mean = s[4], o.variance = s[5];
    const std::size_t channels = layer.layout.channels;
    const std::vector<double> factor = folding_factors(o.norm(layer.epsilon), channels);
    const bool norm = layer.has_norm();
    std::vector<double> factor_gradient(channels, 0.0);
    at::Tensor gw = at::empty_like(o.weight), gb, ggamma, gbeta;
    const at::Tensor g = gradients[0].contiguous();
    const WeightArrays in{data_of(o.weight), data_of(o.mask), norm ? factor.data() : nullptr, nullptr};
    with_type(g, [&](const auto *from) {
      fold_weights_gradient(in, layer.layout, from, gw.data_ptr<float>(), norm ? factor_gradient.data() : nullptr);
    });
    if (gradients.size() > 1) {
      const at::Tensor go = gradients[1].contiguous();
      const float *from = go.data_ptr<float>();
      if (norm) gbeta = go;
      if (o.bias.defined()) gb = norm ? at::empty_like(o.bias) : go;
      for (std::size_t c = 0; norm && c < channels; ++c) {
        const double b = o.bias.defined() ? static_cast<double>(o.bias.data_ptr<float>()[c]) : 0.0;
        factor_gradient[c] += static_cast<double>(from[c]) * (b - static_cast<double>(o.mean.data_ptr<float>()[c]));
        if (o.bias.defined()) gb.data_ptr<float>()[c] = static_cast<float>(static_cast<double>(from[c]) * factor[c]);
      }
    }
    if (norm) {
      ggamma = at::empty_like(o.gamma);
      for (std::size_t c = 0; c < channels; ++c) {
        const double spread = static_cast<double>(o.variance.data_ptr<float>()[c]) + layer.epsilon;
        ggamma.data_ptr<float>()[c] = static_cast<float>(factor_gradient[c] / std::sqrt(spread));
      }
    }
    const at::Tensor none;
    return {none, none, none, gw, none, ggamma, gbeta, gb, none, none, none};
  }
};

struct RoundFunction : torch::autograd::Function<RoundFunction> {
  static at::Tensor forward(AutogradContext *context, const QuantizedLayerParts *layer, const at::Tensor &weight,
                            const c10::optional<at::Tensor> &mask, const at::Tensor &gamma, const at::Tensor &variance,
                            const at::Tensor &scale) {
    Operands o;
    o.weight = weight.detach(), o.gamma = gamma.detach(), o.variance = variance, o.scale = scale;
    if (mask) o.mask = *mask;
    const std::vector<double> factor = folding_factors(o.norm(layer->epsilon), layer->layout.channels);
    std::vector<double> restored(factor.size());
    std::transform(factor.begin(), factor.end(), restored.begin(), [](double f) { return f != 0 ? 1 / f : 0; });
    context->save_for_backward({o.mask});
    return fold_weight_values(*layer, o, factor.data(), restored.data());
  }

  static variable_list backward(AutogradContext *context, const variable_list &gradients) {
    const at::Tensor mask = context->get_saved_variables()[0], none;
    return {none, mask.defined() ? gradients[0] * mask : gradients[0], none, none, none, none};
  }
};

c10::optional<at::Tensor> optional_of(const at::Tensor &t) {
  return t.defined() ? c10::optional<at::Tensor>(t) : c10::nullopt;
}

}  // namespace

FoldedLayer fold(const QuantizedLayerParts &layer, const Frame &frame, int fraction) {
  const Operands o = operands_of(layer, frame);
  FoldedLayer result;
  if (at::GradMode::is_enabled()) {
    const at::Tensor bias = layer.bias_is_integer ? at::Tensor() : o.bias;
    variable_list folded = FoldFunction::apply(
        &layer, fraction, &result.largest_bias, optional_of(o.weight), optional_of(o.mask), optional_of(o.gamma),
        optional_of(o.beta), optional_of(bias), optional_of(o.mean), optional_of(o.variance), optional_of(o.scale));
    result.weight = folded[0];
    if (folded.size() > 1) result.bias = folded[1];
  } else {
    std::tie(result.weight, result.bias) = fold_values(layer, o, fraction, &result.largest_bias);
  }
  const std::vector<int> fractions = fractions_of_scale(o.scale);
  const int finest = *std::max_element(fractions.begin(), fractions.end()) + fraction;
  result.finest_step = std::ldexp(1.0, -finest);
  if (layer.bias_is_integer) {
    result.bias = o.bias;
    result.largest_bias = at::abs(o.bias).max().item<double>() / result.finest_step;
  }
  return result;
}

FoldedLayer fold_by_tensors(const QuantizedLayerParts &layer, const Frame &frame, const at::Tensor &step) {
  const Operands o = operands_of(layer, frame);
  FoldedLayer result;
  result.largest_bias = std::numeric_limits<double>::infinity();
  at::Tensor weight = o.mask.defined() ? o.weight * o.mask : o.weight, factor;
  if (layer.has_norm()) {
    factor = o.gamma.to(at::kDouble) / at::sqrt(o.variance.to(at::kDouble) + layer.epsilon);
    weight = (weight.to(at::kDouble) * factor.view(layer.channel_shape)).to(at::kFloat);
  }
  result.weight = quantized_through(weight, o.scale, layer.type);
  result.bias = o.bias;
  if (layer.bias_is_integer || (!o.bias.defined() && !layer.has_norm())) return result;
  if (layer.has_norm()) {
    const at::Tensor mean = o.mean.to(at::kDouble);
    const at::Tensor centred = o.bias.defined() ? o.bias.to(at::kDouble) - mean : -mean;
    const at::Tensor scaled = centred * factor;
    result.bias = (scaled + o.beta.to(at::kDouble)).to(at::kFloat);
  }
  static const QuantType kBias{true, true, 62, Rounding::rnd_conv, Overflow::sat};
  const at::Tensor steps = (step * o.scale.to(at::kDouble)).reshape({-1});
  result.bias = quantized_through(result.bias, steps, kBias);
  return result;
}

double largest_row(const QuantizedLayerParts &layer, const Frame &frame, const at::Tensor &folded) {
  return nac::fw::largest_row(data_of(folded), layer.layout, fractions_of_scale(frame.values[layer.scale]));
}

at::Tensor rounded_weight(const QuantizedLayerParts &layer, const Frame &frame) {
  const Operands o = operands_of(layer, frame);
  return RoundFunction::apply(&layer, o.weight, optional_of(o.mask), o.gamma, o.variance, o.scale);
}

at::Tensor rounded_weight_by_tensors(const QuantizedLayerParts &layer, const Frame &frame) {
  const Operands o = operands_of(layer, frame);
  const at::Tensor weight = o.mask.defined() ? o.weight * o.mask : o.weight;
  const at::Tensor factor = (o.gamma.detach().to(at::kDouble) / at::sqrt(o.variance.to(at::kDouble) + layer.epsilon))
                                .view(layer.channel_shape);
  const at::Tensor folded = (weight.to(at::kDouble) * factor).to(at::kFloat);
  const at::Tensor rounded = quantized_through(folded, o.scale, layer.type).to(at::kDouble);
  return at::where(factor == 0, at::zeros({}, rounded.options()), rounded / factor).to(at::kFloat);
}

}  // namespace nac::fw::libtorch

// SPDX-License-Identifier: Apache-2.0
#include "fixed/fold.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "fixed/quantizer.hpp"
#include "fixed/training/rounding.hpp"

namespace nac::fw {
namespace {

const Tensor &data_of(const Graph &graph, ValueId id) {
  const Value &v = graph.value(id);
  if (!v.data) throw Error(fmt::format("'{}' has no values yet", v.name), NAC_FAILED_PRECONDITION);
  return *v.data;
}

/// Values of a parameter or constant, or of a product of two such (a masked weight).
std::vector<float> weight_values(const Graph &graph, ValueId id) {
  const Value &v = graph.value(id);
  if (v.kind != ValueKind::result) {
    const Tensor &data = data_of(graph, id);
    return {data.data<float>(), data.data<float>() + data.elements()};
  }
  const Node &n = graph.node(v.producer);
  if (n.op != "Mul" || !n.domain.empty())
    throw Error(
        fmt::format("'{}': a weight is quantized directly, or after a Mul with its mask; this is {}", v.name, n.op),
        NAC_UNSUPPORTED);
  std::vector<float> values = weight_values(graph, n.inputs[0]);
  const std::vector<float> mask = weight_values(graph, n.inputs[1]);
  if (mask.size() != values.size())
    throw Error(fmt::format("'{}': weight and mask differ in shape", v.name), NAC_UNSUPPORTED);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] *= mask[i];
  return values;
}

/// Elements between two entries of the weight's channel axis.
std::size_t stride_of(const Shape &shape, std::size_t axis) {
  std::size_t stride = 1;
  for (std::size_t i = axis + 1; i < shape.size(); ++i) stride *= static_cast<std::size_t>(shape[i]);
  return stride;
}

double squared_error(const float *values, std::size_t count, std::size_t stride, int fraction, const QuantType &type) {
  double sum = 0;
  const auto add = [&](double w, double q) { sum += (w - q) * (w - q); };
  if (!rounds_in<double>(type)) {
    for (std::size_t i = 0; i < count; ++i) {
      const double w = values[i * stride];
      add(w, std::ldexp(static_cast<double>(quantize(w, fraction, type)), -fraction));
    }
    return sum;
  }
  const RoundingRange<double> range(type, fraction);
  with_mode(type.rounding, [&]<Rounding mode>() {
    for (std::size_t i = 0; i < count; ++i) {
      const double w = values[i * stride];
      add(w, rounded<mode>(w, range) * range.scale);
    }
  });
  return sum;
}

}  // namespace

// Products and sums are named one by one: a compiler may not contract what is stored in between (see CMakeLists.txt).
float Folding::weight(float w, std::size_t channel) const {
  return factor.empty() ? w : static_cast<float>(static_cast<double>(w) * factor[channel]);
}

float Folding::bias(float b, std::size_t channel) const {
  if (factor.empty()) return b;
  const double centred = static_cast<double>(b) - mean[channel];
  const double scaled = centred * factor[channel];
  return static_cast<float>(scaled + beta[channel]);
}

Folding folding_of(const Graph &graph, const QuantizedLayer &layer) {
  Folding folding;
  if (layer.norm == 0) return folding;
  const Node &norm = graph.node(layer.norm);
  const float *gamma = data_of(graph, norm.inputs[1]).data<float>(),
              *beta = data_of(graph, norm.inputs[2]).data<float>(),
              *mean = data_of(graph, norm.inputs[3]).data<float>(),
              *variance = data_of(graph, norm.inputs[4]).data<float>();
  const auto epsilon = static_cast<double>(norm.number("epsilon"));
  for (int64_t c = 0; c < layer.channels; ++c) {
    const double spread = static_cast<double>(variance[c]) + epsilon;
    folding.factor.push_back(static_cast<double>(gamma[c]) / std::sqrt(spread));
    folding.mean.push_back(static_cast<double>(mean[c]));
    folding.beta.push_back(static_cast<double>(beta[c]));
  }
  return folding;
}

std::vector<float> folded_weight(const Graph &graph, const QuantizedLayer &layer) {
  std::vector<float> values = weight_values(graph, layer.weight);
  const Folding folding = folding_of(graph, layer);
  const std::size_t stride = stride_of(graph.value(layer.weight).shape, layer.channel_axis);
  const auto channels = static_cast<std::size_t>(layer.channels);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = folding.weight(values[i], i / stride % channels);
  return values;
}

int fitted_fraction(const float *values, std::size_t count, std::size_t stride, const QuantType &type) {
  double largest = 0;
  for (std::size_t i = 0; i < count; ++i)
    largest = std::max(largest, std::fabs(static_cast<double>(values[i * stride])));
  if (largest == 0 || !std::isfinite(largest)) return 0;
  // The finest 2^-f with largest <= highest * 2^-f.
  int fraction = static_cast<int>(std::floor(std::log2(static_cast<double>(type.highest()) / largest)));
  while (std::ldexp(largest, fraction) > static_cast<double>(type.highest())) --fraction;
  while (std::ldexp(largest, fraction + 1) <= static_cast<double>(type.highest())) ++fraction;
  fraction = std::min(fraction, 100);
  return squared_error(values, count, stride, fraction + 1, type) < squared_error(values, count, stride, fraction, type)
             ? fraction + 1
             : fraction;
}

void fit_weight_scales(Graph &graph) {
  std::vector<std::pair<ValueId, Tensor>> found;
  {
    const Trace trace(graph);
    for (const QuantizedLayer &layer : quantized_layers(trace)) {
      const Node &quant = graph.node(layer.weight_quant);
      if (quant.integer("fit") == 0) continue;
      const ValueId scale = quant.inputs[1];
      const Shape &shape = graph.value(scale).shape;
      const std::vector<float> weight = folded_weight(graph, layer);
      const QuantType type = quant_type_of(graph, quant);
      Tensor fitted(DType::f32, shape);
      float *out = fitted.mutable_data<float>();
      if (fitted.elements() == 1) {
        out[0] = std::ldexp(1.0F, -fitted_fraction(weight.data(), weight.size(), 1, type));
      } else {
        const std::size_t inner = stride_of(graph.value(layer.weight).shape, layer.channel_axis);
        const auto channels = static_cast<std::size_t>(layer.channels);
        const std::size_t count = weight.size() / channels;
        std::vector<float> row(count);
        for (std::size_t c = 0; c < channels; ++c) {
          for (std::size_t i = 0; i < count; i += inner)
            std::copy_n(weight.data() + i * channels + c * inner, inner, row.data() + i);
          out[c] = std::ldexp(1.0F, -fitted_fraction(row.data(), row.size(), 1, type));
        }
      }
      found.emplace_back(scale, std::move(fitted));
    }
  }
  for (auto &[id, tensor] : found) graph.set_data(id, std::move(tensor));
}

}  // namespace nac::fw

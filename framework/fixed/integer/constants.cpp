// SPDX-License-Identifier: Apache-2.0
#include "fixed/integer/constants.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "base/error.hpp"
#include "fixed/quantizer.hpp"

namespace nac::fw {
namespace {

/// [fan_in][channels] to [channels][fan_in].
std::vector<int64_t> turned(const std::vector<int64_t> &w, std::size_t channels) {
  std::vector<int64_t> out(w.size());
  const std::size_t fan_in = w.size() / channels;
  for (std::size_t k = 0; k < fan_in; ++k)
    for (std::size_t m = 0; m < channels; ++m) out[m * fan_in + k] = w[k * channels + m];
  return out;
}

}  // namespace

Constants constants_of(const Graph &graph, NodeId quant, std::size_t channels, std::size_t stride) {
  const Node &q = graph.node(quant);
  const Value &x = graph.value(q.inputs[0]);
  if (!x.data)
    throw Error(fmt::format("'{}' has no values of its own: only deployed graphs compute with integers", x.name),
                NAC_UNSUPPORTED);
  const QuantType type = quant_type_of(graph, q);
  const Value &scale = graph.value(q.inputs[1]);
  if (!scale.data) throw Error(fmt::format("the scale '{}' is not a constant", scale.name), NAC_UNSUPPORTED);
  Constants c;
  c.fraction = fractions_of(*scale.data, fmt::format("'{}'", x.name));
  if (c.fraction.size() == 1) c.fraction.resize(channels, c.fraction[0]);
  if (c.fraction.size() != channels)
    throw Error(fmt::format("'{}' has {} scales for {} channels", x.name, c.fraction.size(), channels),
                NAC_UNSUPPORTED);
  const float *data = x.data->data<float>();
  for (std::size_t i = 0; i < static_cast<std::size_t>(x.data->elements()); ++i)
    c.integers.push_back(quantize(static_cast<double>(data[i]), c.fraction[i / stride % channels], type));
  return c;
}

Constants weights_of(const Graph &graph, const QuantizedLayer &layer) {
  const auto channels = static_cast<std::size_t>(layer.channels);
  const bool across = layer.channel_axis == 1;
  const std::size_t fan_in = static_cast<std::size_t>(elements_of(graph.value(layer.weight).shape)) / channels;
  Constants weight = constants_of(graph, layer.weight_quant, channels, across ? 1 : fan_in);
  if (across) weight.integers = turned(weight.integers, channels);
  return weight;
}

int bits_of(int64_t lowest, int64_t highest) {
  const auto bits = [](int64_t n) {
    return static_cast<int>(std::bit_width(static_cast<uint64_t>(n < 0 ? ~n : n))) + 1;
  };
  return std::max(bits(lowest), bits(highest));
}

}  // namespace nac::fw

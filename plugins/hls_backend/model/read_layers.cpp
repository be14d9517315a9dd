// SPDX-License-Identifier: Apache-2.0
//
// Layers with a weight matrix.
#include <algorithm>
#include <cmath>

#include "hls_backend/model/graph_reader.hpp"

namespace nac::hls {
namespace {

const std::string kWeight = ".weight";

std::string stem(const std::string &name) {
  const bool has =
      name.size() > kWeight.size() && name.compare(name.size() - kWeight.size(), kWeight.size(), kWeight) == 0;
  return has ? name.substr(0, name.size() - kWeight.size()) : name;
}

/// The parameter or constant behind a weight.
nac_value latent_of(const graph_view &graph, nac_value value) {
  while (graph.producer(value) != 0) value = graph.input_of(graph.producer(value), 0);
  return value;
}

int64_t at_or(const std::vector<int64_t> &values, std::size_t i, int64_t otherwise) {
  return i < values.size() ? values[i] : otherwise;
}

}  // namespace

window window_of(const graph_view &graph, nac_node node) {
  const std::vector<int64_t> in = graph.shape(graph.input_of(node, 0)), out = graph.shape(graph.result_of(node));
  const bool line = in.size() == 3;  // [N, C, L]
  const std::vector<int64_t> kernel = graph.integers(node, "kernel_shape"), strides = graph.integers(node, "strides"),
                             pads = graph.integers(node, "pads");
  window g;
  g.channels = in.at(1);
  g.out_channels = out.at(1);
  g.width = in.back();
  g.out_width = out.back();
  g.kernel_width = kernel.at(line ? 0 : 1);
  g.stride_width = at_or(strides, line ? 0 : 1, 1);
  g.pad_left = at_or(pads, line ? 0 : 1, 0);
  if (!line) {
    g.height = in.at(2);
    g.out_height = out.at(2);
    g.kernel_height = kernel.at(0);
    g.stride_height = at_or(strides, 0, 1);
    g.pad_top = at_or(pads, 0, 0);
  }
  // As far as the last window reaches, whatever the attribute says.
  const auto behind = [](int64_t size, int64_t count, int64_t kernel_size, int64_t stride, int64_t before) {
    return std::max<int64_t>(0, (count - 1) * stride + kernel_size - before - size);
  };
  g.pad_bottom = behind(g.height, g.out_height, g.kernel_height, g.stride_height, g.pad_top);
  g.pad_right = behind(g.width, g.out_width, g.kernel_width, g.stride_width, g.pad_left);
  return g;
}

weight_matrix graph_reader::matrix_of(nac_node n) const {
  const nac_value value = graph_.input_of(n, 1);
  const nac_node quant = graph_.producer(value);
  const bool quantized = graph_.is_quant(quant);
  if (!quantized && !assume_)
    refuse(n, "its weight '" + graph_.name(value) + "' has no Quant: quantize the network first (nac compress)");
  const nac_value latent = latent_of(graph_, value);
  if (quantized && graph_.input_of(quant, 0) != latent)
    refuse(n, "its weight is computed from '" + graph_.name(latent) + "': hardware is generated from deployed graphs");
  const constant c = quantized ? constant_of(quant) : assumed_constant(latent);
  const std::vector<int64_t> shape = graph_.shape(value);
  weight_matrix w;
  w.type = c.type;
  if (graph_.is(n, "Conv")) {
    const int64_t taps = shape.size() == 4 ? shape[2] * shape[3] : shape.at(2);
    w.outputs = shape[0];
    w.inputs = taps * shape[1];
    for (int64_t tap = 0; tap < taps; ++tap)
      for (int64_t channel = 0; channel < shape[1]; ++channel)
        for (int64_t o = 0; o < w.outputs; ++o)
          w.values.push_back(c.values[static_cast<std::size_t>((o * shape[1] + channel) * taps + tap)]);
    return w;
  }
  if (shape.size() != 2) refuse(n, "its weight must have two dimensions");
  const bool across = graph_.is(n, "MatMul") || graph_.integer(n, "transB", 0) == 0;
  w.inputs = shape[across ? 0 : 1];
  w.outputs = shape[across ? 1 : 0];
  for (int64_t i = 0; i < w.inputs; ++i)
    for (int64_t o = 0; o < w.outputs; ++o)
      w.values.push_back(c.values[static_cast<std::size_t>(across ? i * w.outputs + o : o * w.inputs + i)]);
  return w;
}

void graph_reader::add_bias(nac_node n, weight_matrix &w, nac_value bias, int input_fraction) const {
  if (bias == 0) return;
  const nac_node quant = graph_.producer(bias);
  if (graph_.is_quant(quant)) {
    constant c = constant_of(quant);
    w.bias = std::move(c.values);
    w.bias_type = c.type;
  } else if (assume_) {
    const int fraction = input_fraction + w.type.fraction();
    w.bias_type = {32, 32 - fraction, true, rounding::rnd_conv, overflow::sat};
    for (const float b : graph_.floats(latent_of(graph_, bias)))
      w.bias.push_back(assign(static_cast<double>(b), w.bias_type));
  } else {
    refuse(n, "its bias '" + graph_.name(bias) + "' has no Quant: hardware is generated from deployed graphs");
  }
  if (static_cast<int64_t>(w.bias.size()) != w.outputs)
    refuse(n,
           "its bias has " + std::to_string(w.bias.size()) + " entries for " + std::to_string(w.outputs) + " outputs");
}

void graph_reader::layer(nac_node n) {
  const nac_value data = graph_.input_of(n, 0);
  if (!is_activation(data)) refuse(n, "a weight must be its second input");
  if (is_activation(graph_.input_of(n, 1)))
    refuse(n, "its weight must be a constant; MatMul multiplies two activations");
  const int x = operand(data, n);
  weight_matrix w = matrix_of(n);
  nac_node last = n;
  nac_value bias = graph_.input_of(n, 2);
  if (graph_.is(n, "MatMul")) {
    const nac_value sum = graph_.result_of(n);
    const std::vector<nac_node> &users = users_[sum];
    if (users.size() == 1 && graph_.is(users[0], "Add") && !graph_.is_output(sum)) {
      const nac_value other = graph_.input_of(users[0], graph_.input_of(users[0], 0) == sum ? 1 : 0);
      if (!is_activation(other)) {
        bias = other;
        last = users[0];
        done_.insert(last);
      }
    }
  }
  add_bias(n, w, bias, builder_.at(x).type.fraction());
  const std::string name = stem(graph_.name(latent_of(graph_, graph_.input_of(n, 1))));
  if (graph_.is(n, "Conv")) return keep(last, builder_.conv(name, x, window_of(graph_, n), std::move(w)));
  const int64_t rows = builder_.at(x).size / w.inputs;
  keep(last, builder_.dense(name, x, rows, std::move(w)));
}

void graph_reader::normalization(nac_node n) {
  if (!assume_)
    refuse(n, "it is not folded into a layer: hardware is generated from deployed graphs (nac compress, nac synth)");
  // Deployed, it is part of the layer before it and costs nothing of its own.
  tensors_[graph_.result_of(n)] = operand(graph_.input_of(n, 0), n);
}

}  // namespace nac::hls

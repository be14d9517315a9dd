// SPDX-License-Identifier: Apache-2.0
#include "compress_common/network.hpp"

#include <algorithm>
#include <cmath>

namespace nac::compressing {
namespace {

constexpr const char *kWeightSuffix = ".weight", *kMaskSuffix = ".mask";

bool ends_with(const std::string &text, const std::string &end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

std::string layer_name(const std::string &weight) {
  return ends_with(weight, kWeightSuffix) ? weight.substr(0, weight.size() - std::string(kWeightSuffix).size())
                                          : weight;
}

}  // namespace

std::size_t layer::stride(const std::vector<int64_t> &shape) const {
  std::size_t step = 1;
  for (std::size_t i = axis + 1; i < shape.size(); ++i) step *= static_cast<std::size_t>(shape[i]);
  return step;
}

network::network(const graph_view &graph) : graph_(graph), nodes_(graph.nodes()) {
  for (const nac_value v : graph.inputs()) activations_.insert(v);
  for (const nac_node n : nodes_) {
    const std::vector<nac_value> in = graph.inputs_of(n);
    for (const nac_value v : std::set<nac_value>(in.begin(), in.end())) users_[v].push_back(n);
    if (std::any_of(in.begin(), in.end(), [&](nac_value v) { return is_activation(v); }))
      activations_.insert(graph.result_of(n));
  }
}

const std::vector<nac_node> &network::users(nac_value value) const {
  static const std::vector<nac_node> none;
  const auto found = users_.find(value);
  return found == users_.end() ? none : found->second;
}

nac_node network::sole_user(nac_value value) const {
  const std::vector<nac_node> &all = users(value);
  return all.size() == 1 && !graph_.is_output(value) ? all[0] : 0;
}

bool network::swaps_last(nac_node node) const {
  return graph_.is(node, "Transpose") && graph_.integers(node, "perm") == std::vector<int64_t>{0, 2, 1};
}

void network::find_weight(layer &l, nac_value value) const {
  nac_node from = graph_.producer(value);
  if (graph_.is_quant(from)) {
    l.weight_quant = from;
    value = graph_.input_of(from, 0);
    from = graph_.producer(value);
  }
  l.weight = l.latent = value;
  if (graph_.is(from, "Mul")) {
    const nac_value a = graph_.input_of(from, 0), b = graph_.input_of(from, 1);
    const bool first = ends_with(graph_.name(a), kMaskSuffix) && !graph_.trainable(a);
    l.mask = first ? a : b;
    l.latent = first ? b : a;
    from = graph_.producer(l.latent);
    if (graph_.trainable(l.mask)) from = graph_.producer(value);
  }
  if (from != 0)
    fail(NAC_UNSUPPORTED, graph_.label(l.product) + " has a weight that " + graph_.label(from) +
                              " computes; a weight must be a parameter or a constant");
}

void network::find_bias(layer &l) const {
  const nac_node user = sole_user(l.result);
  if (!graph_.is(user, "Add")) return;
  const nac_value other = graph_.input_of(user, graph_.input_of(user, 0) == l.result ? 1 : 0);
  if (other == l.result || is_activation(other) || graph_.shape(other) != std::vector<int64_t>{l.channels}) return;
  l.after.insert(user);
  l.result = graph_.result_of(user);
}

/// Batch normalization over the layer's outputs: dimension 1, or the last of a set between two Transposes.
void network::find_norm(layer &l) const {
  const bool set = graph_.shape(l.result).size() == 3 && graph_.is(l.product, "MatMul");
  std::vector<nac_node> path;
  nac_node next = sole_user(l.result);
  const auto advance = [&] {
    path.push_back(next);
    next = sole_user(graph_.result_of(next));
  };
  if (set) {
    if (!swaps_last(next)) return;
    advance();
  }
  if (!graph_.is(next, "BatchNormalization")) return;
  const nac_node norm = next;
  advance();
  if (set) {
    if (!swaps_last(next)) return;
    advance();
  }
  l.norm = norm;
  l.after.insert(path.begin(), path.end());
  l.result = graph_.result_of(path.back());
}

layer network::layer_of(nac_node product) const {
  layer l;
  l.product = product;
  find_weight(l, graph_.input_of(product, 1));
  l.name = layer_name(graph_.name(l.latent));
  const std::vector<int64_t> shape = graph_.shape(l.latent);
  const bool outputs_first =
      graph_.is(product, "Conv") || (graph_.is(product, "Gemm") && graph_.integer(product, "transB", 0) != 0);
  l.axis = outputs_first || shape.empty() ? 0 : shape.size() - 1;
  l.channels = shape.empty() ? 1 : shape[l.axis];
  l.result = graph_.result_of(product);
  if (graph_.is(product, "MatMul")) find_bias(l);
  find_norm(l);
  return l;
}

std::vector<layer> network::layers() const {
  std::vector<layer> found;
  for (const nac_node n : nodes_) {
    if (!graph_.is(n, "Conv") && !graph_.is(n, "Gemm") && !graph_.is(n, "MatMul")) continue;
    if (is_activation(graph_.input_of(n, 0)) && !is_activation(graph_.input_of(n, 1))) found.push_back(layer_of(n));
  }
  return found;
}

std::vector<float> folded_weight(const graph_view &graph, const layer &l) {
  std::vector<float> w = graph.floats(l.latent);
  if (l.mask != 0) {
    const std::vector<float> mask = graph.floats(l.mask);
    for (std::size_t i = 0; i < w.size(); ++i) w[i] *= mask[i];
  }
  if (l.norm == 0) return w;
  const std::vector<float> gamma = graph.floats(graph.input_of(l.norm, 1));
  const std::vector<float> variance = graph.floats(graph.input_of(l.norm, 4));
  const auto epsilon = static_cast<double>(graph.number(l.norm, "epsilon", 1e-5F));
  const std::vector<int64_t> shape = graph.shape(l.latent);
  for (std::size_t i = 0; i < w.size(); ++i) {
    const std::size_t c = l.channel_of(shape, i);
    const double factor = static_cast<double>(gamma[c]) / std::sqrt(static_cast<double>(variance[c]) + epsilon);
    w[i] = static_cast<float>(static_cast<double>(w[i]) * factor);
  }
  return w;
}

void remove_dead_nodes(graph_view &graph) {
  const std::vector<nac_node> nodes = graph.nodes();
  for (std::size_t i = nodes.size(); i-- > 0;) {
    const nac_value result = graph.result_of(nodes[i]);
    if (!graph.is_output(result) && graph.users(result).empty()) graph.remove(nodes[i]);
  }
}

}  // namespace nac::compressing

// SPDX-License-Identifier: Apache-2.0
//
// network.hpp: a host graph as compression passes see it: which values depend on the input, who reads what, and the
// layers with what belongs to them (docs/quantized-graphs.md of the project says what that is).
#pragma once
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "nac/cpp/graph_view.hpp"

namespace nac::compressing {

/// Conv, Gemm or MatMul of an activation with a weight.
struct layer {
  std::string name;      ///< of the latent weight, without ".weight"
  nac_node product = 0;  ///< Conv, Gemm or MatMul
  nac_value latent = 0;  ///< the float weight: a parameter or constant
  nac_value mask = 0;    ///< 0: none
  nac_value weight = 0;  ///< what Quant, or without one the product, reads: the latent or its product with the mask
  nac_node weight_quant = 0;  ///< 0: none
  nac_node norm = 0;          ///< BatchNormalization that belongs to it; 0: none
  nac_value result = 0;       ///< after bias and normalization
  std::set<nac_node> after;   ///< the nodes from the product's result to there
  int64_t channels = 0;       ///< outputs
  std::size_t axis = 0;       ///< of the weight, where the outputs are

  /// Elements of the weight between two entries of `axis`, and of the whole.
  std::size_t stride(const std::vector<int64_t> &shape) const;
  /// Which output element `i` of a weight of that shape belongs to.
  std::size_t channel_of(const std::vector<int64_t> &shape, std::size_t i) const {
    return i / stride(shape) % static_cast<std::size_t>(channels);
  }
};

/// One reading of a graph; stale after the next edit.
class network {
 public:
  explicit network(const graph_view &graph);

  const graph_view &graph() const { return graph_; }
  const std::vector<nac_node> &nodes() const { return nodes_; }  ///< producers first
  bool is_activation(nac_value value) const { return activations_.count(value) != 0; }
  const std::vector<nac_node> &users(nac_value value) const;
  /// The only reader of a value that is no output; 0: none or several.
  nac_node sole_user(nac_value value) const;
  /// Throws NAC_UNSUPPORTED, naming the node, for a weight that is neither a parameter nor a constant.
  std::vector<layer> layers() const;

 private:
  layer layer_of(nac_node product) const;
  void find_weight(layer &l, nac_value value) const;
  void find_bias(layer &l) const;
  void find_norm(layer &l) const;
  bool swaps_last(nac_node node) const;

  const graph_view &graph_;
  std::vector<nac_node> nodes_;
  std::set<nac_value> activations_;
  std::map<nac_value, std::vector<nac_node>> users_;
};

/// w * gamma / sqrt(variance + epsilon) per output, in the weight's layout and with its mask.
std::vector<float> folded_weight(const graph_view &graph, const layer &l);

/// Removes nodes that no output depends on, so that their values keep no name.
void remove_dead_nodes(graph_view &graph);

}  // namespace nac::compressing

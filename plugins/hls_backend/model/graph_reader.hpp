// SPDX-License-Identifier: Apache-2.0
//
// graph_reader.hpp: from a host graph to a model, node by node. read_*.cpp hold the rules of one family of operators
// each.
#pragma once
#include <map>
#include <set>
#include <string>
#include <vector>

#include "hls_backend/model/builder.hpp"
#include "nac/cpp/graph_view.hpp"

namespace nac::hls {

/// Integers of a quantized weight or bias, on one grid for all channels.
struct constant {
  std::vector<int64_t> values;
  fixed_type type;
};

class graph_reader {
 public:
  /// `assume`: what is in float is read as if it had options::assumed_bits bits.
  graph_reader(const graph_view &graph, const options &how, bool assume);
  model read();

 private:
  [[noreturn]] void refuse(nac_node node, const std::string &what) const;
  bool is_activation(nac_value value) const { return activations_.count(value) != 0; }
  /// The tensor of an activation. In float and assumed: narrowed to the assumed bits.
  int operand(nac_value value, nac_node reader);
  void keep(nac_node node, int tensor);
  std::vector<int64_t> shape_of(nac_value value) const;  ///< without the batch
  std::string name_of_result(nac_node node) const { return graph_.name(graph_.result_of(node)); }

  void node(nac_node n);
  // read_quant.cpp
  void quant(nac_node n);
  fixed_type type_of(nac_node quant) const;
  int fraction_of(nac_node quant) const;
  constant constant_of(nac_node quant) const;
  constant assumed_constant(nac_value value) const;
  void table(nac_node function, nac_node quant);
  void softmax(nac_node function, nac_node quant);
  /// Any of them where no Quant follows.
  void function(nac_node n);
  // read_layers.cpp
  void layer(nac_node n);
  weight_matrix matrix_of(nac_node n) const;
  void add_bias(nac_node n, weight_matrix &w, nac_value bias, int input_fraction) const;
  void normalization(nac_node n);
  // read_moves.cpp
  void pool(nac_node n);
  void reduction(nac_node n);
  void transpose(nac_node n);
  void concat(nac_node n);
  void combine(nac_node n);
  void matmul(nac_node n);
  int averaged_bits(nac_node n, int64_t count) const;

  const graph_view &graph_;
  bool assume_;
  int assumed_bits_;
  model_builder builder_;
  std::set<nac_value> activations_;
  std::map<nac_value, std::vector<nac_node>> users_;
  std::map<nac_value, int> tensors_;
  std::map<nac_value, nac_node> functions_;  ///< results of tables that wait for their Quant
  std::set<nac_node> done_;                  ///< nodes that another one took along
};

/// Window of a Conv or pooling node over [C][H][W] or [C][L]. Throws failure where dilations or groups are not 1.
window window_of(const graph_view &graph, nac_node node);

/// Why an operator with these attributes cannot be built, whatever it reads; empty: it can.
std::string obstacle(const graph_view &graph, nac_node node);

}  // namespace nac::hls

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "graph/graph.hpp"

namespace nac::fw::testing {

/// Layers over Graph, as the SDK's graph_builder makes them.
class Net {
 public:
  Graph graph;

  ValueId input(const Shape &shape, DType dtype = DType::f32) {
    Shape full{-1};
    full.insert(full.end(), shape.begin(), shape.end());
    return graph.add_input("", dtype, full);
  }
  ValueId node(const std::string &op, const std::vector<ValueId> &inputs,
               std::map<std::string, Attribute> attributes = {}) {
    return graph.node(graph.add_node("", op, inputs, std::move(attributes))).outputs[0];
  }
  ValueId parameter(const std::string &name, const Shape &shape, double scale = 0.1) {
    return graph.add_parameter(name, shape, {NAC_INIT_UNIFORM, scale});
  }
  const Shape &shape(ValueId id) const { return graph.value(id).shape; }

  ValueId conv(const std::string &name, ValueId x, int64_t out, int64_t kernel);
  /// Gemm on [N, in]; MatMul and Add on [N, positions, in].
  ValueId linear(const std::string &name, ValueId x, int64_t out);
  ValueId batch_norm(const std::string &name, ValueId x);
  ValueId batch_norm_set(const std::string &name, ValueId x);
  ValueId reshape(ValueId x, const std::vector<int64_t> &dims);
  /// x + proj(softmax(q k) v) with 1x1 convolutions, the ConvAttn block of the NAC paper.
  ValueId attention(const std::string &name, ValueId x, int64_t hidden);
};

/// Published models; `act` "" leaves activations out.
Graph braggnn();                                                 ///< attention 64/32, 64-32-8 convolutions, 64-32-16-2
Graph bragg(const std::string &name, int64_t block_kernel = 1);  ///< "Large", "Medium", "Small" or "Tiny"
/// Deep set on [N, 8, 3], mean over the constituents, 5 classes.
Graph jets(const std::vector<int64_t> &phi, const std::vector<int64_t> &rho, const std::vector<bool> &phi_norm = {},
           const std::vector<bool> &rho_norm = {});
Graph jets(const std::string &name);  ///< Table 6: "Large", "Medium", "Small" or "Tiny"

}  // namespace nac::fw::testing

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <map>
#include <vector>

#include "graph/cost.hpp"
#include "graph/trace.hpp"

namespace nac::fw {

/// What an operator computes for one sample, in the terms of the cost formulas.
struct LayerShape {
  enum class Kind { none, weighted, matmul, softmax, pooling } kind = Kind::none;
  // weighted: Conv, Gemm, MatMul with a weight
  double outputs = 0;                        ///< output values: positions * m
  double positions = 1;                      ///< output pixels or set elements
  double fan_in = 0;                         ///< n * k^2
  double density = 1;                        ///< share of the weights that are not zero
  bool set = false;                          ///< the same Linear for every set element
  int weight_bits = 0, activation_bits = 0;  ///< of the quantizers behind what it reads; 0: none
  int right_bits = 0;                        ///< matmul: of its second factor
  double used_bits = -1;                     ///< of all weights without trailing zeros, when they are quantized
  // matmul: batch times [m, n] x [n, p]; softmax: m rows of n; pooling: n input values
  double batch = 1, m = 0, n = 0, p = 0;

  double macs() const;
};
LayerShape shape_of(const Trace &trace, NodeId id);

/// BOPs of a layer: `qonnx`, `ebops`, or as in the paper's appendix A, with positions (`counted`) or without
/// (`appendix`).
double bops_of(const LayerShape &shape, const BopsOptions &options);

/// BOPs as the published search code counted them. Made once per graph, since it follows convolutions through blocks.
class RepoBops {
 public:
  explicit RepoBops(const Trace &trace);
  double bops(NodeId id, const LayerShape &shape, const BopsOptions &options) const;

 private:
  enum class Role { other, first, second, attention, projection };
  struct Conv {
    Role role = Role::other;
    double channels = 0;
    std::vector<double> extents;  ///< the input's, as that code believed them to be
  };
  Conv place(NodeId id) const;
  NodeId query_conv(NodeId matmul) const;

  const Trace &trace_;
  std::map<NodeId, Conv> convs_;
  const Conv *find(NodeId id) const;
};

}  // namespace nac::fw

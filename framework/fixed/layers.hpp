// SPDX-License-Identifier: Apache-2.0
//
// Where the quantized layers of a graph are: see docs/quantized-graphs.md. Engine and deploy() read the same patterns.
#pragma once
#include <vector>

#include "graph/trace.hpp"

namespace nac::fw {

/// A layer whose weight is quantized, with the bias and the batch normalization that belong to it.
struct QuantizedLayer {
  NodeId product = 0;         ///< Conv, Gemm or MatMul
  ValueId input = 0;          ///< the activations it reads
  NodeId weight_quant = 0;    ///< the Quant of the weight
  ValueId weight = 0;         ///< what that reads: a parameter or constant, or Mul of one with a mask
  ValueId bias = 0;           ///< parameter, constant or (deployed form) a Quant of one; 0: none
  NodeId bias_add = 0;        ///< MatMul: the Add of the bias
  NodeId norm = 0;            ///< BatchNormalization; 0: none
  std::vector<NodeId> after;  ///< bias_add, Transpose, norm, Transpose, as far as there, in order
  ValueId result = 0;         ///< of the last of them, or of the product
  int64_t channels = 0;
  std::size_t channel_axis = 0;  ///< of the weight: 0 for Conv and Gemm with transB, else 1
};

bool is_quant(const Graph &graph, NodeId id);
/// In topological order. Throws Error for a quantized weight elsewhere (Gemm with alpha, beta or transA, a weight on
/// the left, grouped Conv), saying what is supported.
std::vector<QuantizedLayer> quantized_layers(const Trace &trace);

/// Conv, Gemm and MatMul whose weight is a parameter or constant without a quantizer, or its product with a mask:
/// weight_quant is 0, all else as above. Those of a form that is not supported are left out.
std::vector<QuantizedLayer> float_layers(const Trace &trace);
/// k of a LeakyRelu with slope 2^-k. Throws Error for another slope.
int leaky_bits(const Graph &graph, const Node &node);
/// p of ReduceMean or AveragePool over 2^p values. Throws Error for another number, saying what to do instead.
int averaged_bits(const Graph &graph, const Node &node);

/// What an activation's grid comes from: its step is the smallest scale(quant) * 2^-shift over all terms.
struct GridTerm {
  NodeId quant = 0;
  int shift = 0;
};
struct Grid {
  std::vector<GridTerm> terms;
  /// Bound of |n| where value = n * step, whatever the scales are; infinity where that depends on them.
  double largest = 0;
};
/// Of an activation that only exact operators separate from quantizers. Throws Error naming the node that is not exact
/// or the input that no Quant reads.
Grid grid_of(const Trace &trace, ValueId id);

}  // namespace nac::fw

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <vector>

#include "graph/graph.hpp"

namespace nac::fw::testing {

/// A tensor of exact numbers: the 64 bits of a long double's mantissa hold every integer that the model accepts.
struct Exact {
  Shape shape;
  std::vector<long double> data;
};

/// The graph by the definition of its operators, one number at a time. Softmax of a quantized graph follows
/// docs/quantized-graphs.md. Shares no code with framework/fixed.
std::map<ValueId, Exact> evaluate(const Graph &graph, const std::vector<Tensor> &inputs);

/// x rounded to a multiple of 2^-fraction as QONNX's `mode` says, then brought into the range.
long double rounded(long double x, long double scale, const std::string &mode, bool wrap, bool is_signed, bool narrow,
                    int width);

}  // namespace nac::fw::testing

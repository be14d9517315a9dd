// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "graph/onnx_proto.hpp"

namespace nac::fw {

/// Gelu written as x * (1 + erf(x / sqrt 2)) * 0.5, found in the nodes of a model.
struct GeluFolds {
  std::map<int, std::string> replaced;  ///< last node of the pattern -> x
  std::set<int> dropped;                ///< the other nodes of it
};

/// `scalar` gives the value of a constant with one element, or nothing. Finds what to_onnx and PyTorch write, operands
/// in any order, the factor 0.5 first or last, and x / sqrt 2 also as x * sqrt 0.5. Intermediate values that are used
/// elsewhere keep the pattern unfolded.
GeluFolds find_gelu(const onnx::GraphProto &graph,
                    const std::function<std::optional<double>(const std::string &)> &scalar);

}  // namespace nac::fw

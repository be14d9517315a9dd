// SPDX-License-Identifier: Apache-2.0
//
// sites.hpp: which activations of a float network get a quantizer.
#pragma once
#include <string>
#include <vector>

#include "compress_common/network.hpp"
#include "compress_qat/options.hpp"

namespace nac::compressing {

struct site {
  nac_value value = 0;
  std::string name;  ///< for the quantizer's constants; unique
  format to;
  bool learned = false;  ///< its scale may be trained
};

/// A table (Softmax, Sigmoid, Tanh, Gelu) reads at least so many bits.
constexpr int kTableBits = 10;
bool is_table(const graph_view &graph, nac_node node);

/// The inputs; each layer's result, or that of the Relu or LeakyRelu after it; results of Add, Sub, Concat and MatMul
/// of activations; what tables read and give. Nothing on the way to an output. Throws NAC_UNSUPPORTED naming the node
/// that cannot be computed with integers, and NAC_INVALID_ARGUMENT for an override of a layer that is not there.
std::vector<site> find_sites(const network &net, const std::vector<layer> &layers, const qat_options &options);

}  // namespace nac::compressing

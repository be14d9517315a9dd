// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "graph/graph.hpp"

namespace nac::fw {

/// How bit operations are counted.
/// counted:  per layer positions * m * n*k^2 * (p*ba*bw + ba + bw + log2(n*k^2)), positions = output pixels or set
///           elements; softmax and matmul as in the NAC paper's eq. 3-4 with batch 1. The default.
/// appendix: the NAC paper's eq. 1-5 as printed (no spatial factor).
/// nac_repo: what the published search code computed and Table 1 prints, with its defects.
/// qonnx:    macs*bw*ba, weights that are zero left out, as QONNX's inference_cost has it.
/// ebops:    HGQ's effective bit operations: per weight and position the bits between the first and the last that is
/// set,
///           times ba.
enum class BopsConvention { counted, appendix, nac_repo, qonnx, ebops };
/// "counted", "appendix", "nac-repo", "qonnx", "ebops"; throws UsageError.
BopsConvention parse_bops_convention(const std::string &text);
const char *name_of(BopsConvention convention);

struct BopsOptions {
  BopsConvention convention = BopsConvention::counted;
  // Where no Quant says otherwise.
  int weight_bits = 32;
  int activation_bits = 32;
};

struct LayerCost {
  std::string name, op;
  int64_t parameters = 0, macs = 0;
  double bops = 0;
  int weight_bits = 0, activation_bits = 0;  ///< that it was counted with; 0: it has none
};
struct Cost {
  int64_t parameters = 0;  ///< trainable values: weights, biases, 2 per BatchNormalization feature
  int64_t macs = 0;        ///< multiply-accumulates of one sample
  double bops = 0;         ///< bit operations of one sample
  /// That most of the layers with weights have, the larger of equally frequent ones; those of the options without such
  /// layers.
  int weight_bits = 32, activation_bits = 32;
  std::vector<LayerCost> layers;
};
/// Zeros among initialized weights count as pruned in all conventions but `nac_repo`. Layers that read quantized
/// weights or activations are counted with their widths. The scales of quantizers are no parameters, not even learned
/// ones.
Cost cost_of(const Graph &graph, const BopsOptions &options = {});

}  // namespace nac::fw

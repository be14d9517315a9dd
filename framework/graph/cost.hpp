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
enum class BopsConvention { counted, appendix, nac_repo };
BopsConvention parse_bops_convention(
    const std::string &text);  ///< "counted", "appendix", "nac-repo"; throws UsageError
const char *name_of(BopsConvention convention);

struct BopsOptions {
  BopsConvention convention = BopsConvention::counted;
  int weight_bits = 32;
  int activation_bits = 32;
};

struct LayerCost {
  std::string name, op;
  int64_t parameters = 0, macs = 0;
  double bops = 0;
};
struct Cost {
  int64_t parameters = 0;  ///< trainable values: weights, biases, 2 per BatchNormalization feature
  int64_t macs = 0;        ///< multiply-accumulates of one sample
  double bops = 0;         ///< bit operations of one sample
  std::vector<LayerCost> layers;
};
/// Zeros among initialized weights count as pruned (p < 1) in `counted` and `appendix`.
Cost cost_of(const Graph &graph, const BopsOptions &options = {});

}  // namespace nac::fw

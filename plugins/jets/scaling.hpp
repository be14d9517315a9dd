// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <string>
#include <vector>

#include "jet_table.hpp"

namespace jets {

enum class ScalingRule { none, standard, robust, minmax };
ScalingRule parse_scaling(const std::string &text);

/// x -> (x - centre) / width per feature (pT, eta_rel, phi_rel). Empty slots are mapped like any other value.
struct Scaling {
  std::array<double, 3> centre{0, 0, 0}, width{1, 1, 1};
  void apply(float *rows, uint64_t constituents) const;
};

/// {centre, width} of each feature in turn, as the parameter `scaling_constants` holds them, and back; throws unless
/// there are six finite numbers with positive widths.
std::vector<double> to_constants(const Scaling &scaling);
Scaling from_constants(const std::vector<double> &constants);

/// Fitted on the constituents (pT > 0) of the training split and nothing else.
///   standard: mean and standard deviation; robust: median and 5-95 % range (quantiles interpolated linearly);
///   minmax: smallest value and range.
/// Throws when a feature does not vary.
Scaling fit_scaling(ScalingRule rule, const JetTable &table);

}  // namespace jets

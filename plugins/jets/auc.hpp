// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <vector>

namespace jets {

/// Area under the ROC curve: the probability that a random positive scores higher than a random negative, ties counting
/// half (Mann and Whitney 1947). Exact: pairs are counted in integers. NaN when there are no positives or no negatives.
double exact_auc(const std::vector<double> &scores, const std::vector<bool> &positive);

}  // namespace jets

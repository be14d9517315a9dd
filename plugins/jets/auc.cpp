// SPDX-License-Identifier: Apache-2.0
#include "auc.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

namespace jets {

double exact_auc(const std::vector<double> &scores, const std::vector<bool> &positive) {
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return scores[a] < scores[b]; });
  uint64_t positives = 0, negatives = 0, twice_won = 0;
  for (std::size_t i = 0; i < order.size();) {
    uint64_t tied_positives = 0, tied_negatives = 0;
    const double score = scores[order[i]];
    for (; i < order.size() && scores[order[i]] == score; ++i) ++(positive[order[i]] ? tied_positives : tied_negatives);
    twice_won += tied_positives * (2 * negatives + tied_negatives);
    positives += tied_positives, negatives += tied_negatives;
  }
  if (positives == 0 || negatives == 0) return std::numeric_limits<double>::quiet_NaN();
  return static_cast<double>(twice_won) / (2.0 * static_cast<double>(positives) * static_cast<double>(negatives));
}

}  // namespace jets

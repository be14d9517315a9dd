// SPDX-License-Identifier: Apache-2.0
#include "parzen.hpp"

#include <algorithm>
#include <cmath>

namespace nac::searching {

parzen::parzen(const space_model &space, const std::vector<std::size_t> &group,
               const std::vector<const genome *> &observed, const std::vector<double> &weights, double clip_power)
    : group_(group) {
  std::vector<double> values(observed.size());
  for (const std::size_t i : group_) {
    for (std::size_t c = 0; c < observed.size(); ++c) values[c] = (*observed[c])[i];
    kernels_.emplace_back(space, i, values, group_.size(), group_.size() == 1, clip_power);
  }
  constexpr uint64_t kRemembered = 4096;
  if (const uint64_t count = space.count(group_[0]); group_.size() == 1 && count > 0 && count <= kRemembered)
    known_.assign(count, std::nan(""));
  double total = 1;
  for (const double w : weights) total += w;
  double sum = 0;
  for (std::size_t c = 0; c <= observed.size(); ++c) {
    const double share = (c < observed.size() ? weights[c] : 1) / total;
    log_weight_.push_back(std::log(share));
    cumulative_.push_back(sum += share);
  }
}

void parzen::sample(const space_model &space, genome &g, rng &r) const {
  const double u = r.uniform();
  const auto found = std::upper_bound(cumulative_.begin(), cumulative_.end() - 1, u);
  const auto component = static_cast<std::size_t>(found - cumulative_.begin());
  for (std::size_t k = 0; k < group_.size(); ++k) g[group_[k]] = kernels_[k].sample(space, component, r);
}

double parzen::log_density(const space_model &space, const genome &g) const {
  if (known_.empty()) return mixture(space, g);
  double &known = known_[space.index_of(group_[0], g[group_[0]])];
  if (std::isnan(known)) known = mixture(space, g);
  return known;
}

double parzen::mixture(const space_model &space, const genome &g) const {
  std::vector<double> sums(log_weight_);
  for (std::size_t k = 0; k < group_.size(); ++k) kernels_[k].add_log_density(space, g[group_[k]], sums);
  const double largest = *std::max_element(sums.begin(), sums.end());
  double total = 0;
  for (const double s : sums)
    if (s > largest - 40) total += std::exp(s - largest);
  return largest + std::log(total);
}

}  // namespace nac::searching

// SPDX-License-Identifier: Apache-2.0
#include "population.hpp"

#include <algorithm>

#include "search_common/pareto.hpp"

namespace nac::searching {
namespace {

std::vector<double> rows_of(const std::vector<finished> &members, std::size_t m) {
  std::vector<double> rows;
  rows.reserve(members.size() * m);
  for (const finished &f : members) rows.insert(rows.end(), f.objectives.begin(), f.objectives.end());
  return rows;
}

}  // namespace

void population::settle() {
  if (newcomers_.empty()) return;
  const auto by_trial = [](const finished &a, const finished &b) { return a.trial < b.trial; };
  std::sort(newcomers_.begin(), newcomers_.end(), by_trial);
  for (std::size_t next = 0; next < newcomers_.size();) {  // in portions, so that a long warm start stays cheap
    const std::size_t portion = std::max(rule_.smallest, members_.size());
    for (std::size_t i = 0; i < portion && next < newcomers_.size(); ++i)
      members_.push_back(std::move(newcomers_[next++]));
    shrink();
  }
  newcomers_.clear();
  std::sort(members_.begin(), members_.end(), by_trial);
  rank();
}

void population::shrink() {
  if (members_.size() <= rule_.smallest) return;
  const std::vector<double> rows = rows_of(members_, objectives_);
  const std::vector<uint32_t> ranks = nondominated_ranks(rows, objectives_);
  const auto first_front = static_cast<std::size_t>(std::count(ranks.begin(), ranks.end(), 0u));
  const std::size_t kept = std::clamp(first_front, rule_.smallest, std::max(rule_.smallest, rule_.largest));
  if (members_.size() <= kept) return;
  std::size_t excess = members_.size() - kept;
  std::vector<char> dropped(members_.size(), 0);
  for (uint32_t worst = *std::max_element(ranks.begin(), ranks.end()); excess > 0; --worst) {
    std::vector<uint32_t> front;
    for (uint32_t i = 0; i < ranks.size(); ++i)
      if (ranks[i] == worst) front.push_back(i);
    // Removing from the worst front leaves all other ranks as they are. Of equals the oldest goes: neutral drift.
    std::vector<double> distance;
    for (; excess > 0 && !front.empty(); --excess) {
      std::size_t least = 0;
      if (front.size() > excess) {
        if (!rule_.once || distance.empty()) distance = crowding(rows, objectives_, front);
        least = static_cast<std::size_t>(std::min_element(distance.begin(), distance.end()) - distance.begin());
        distance.erase(distance.begin() + static_cast<std::ptrdiff_t>(least));
      }
      dropped[front[least]] = 1;
      front.erase(front.begin() + static_cast<std::ptrdiff_t>(least));
    }
  }
  std::vector<finished> survivors;
  for (std::size_t i = 0; i < members_.size(); ++i)
    if (!dropped[i]) survivors.push_back(std::move(members_[i]));
  members_ = std::move(survivors);
}

void population::rank() {
  const std::vector<double> rows = rows_of(members_, objectives_);
  ranks_ = nondominated_ranks(rows, objectives_);
  crowding_.assign(members_.size(), 0);
  const uint32_t worst = ranks_.empty() ? 0 : *std::max_element(ranks_.begin(), ranks_.end());
  std::vector<std::vector<uint32_t>> fronts(worst + 1);
  for (uint32_t i = 0; i < ranks_.size(); ++i) fronts[ranks_[i]].push_back(i);
  for (const std::vector<uint32_t> &front : fronts) {
    const std::vector<double> distance = crowding(rows, objectives_, front);
    for (std::size_t k = 0; k < front.size(); ++k) crowding_[front[k]] = distance[k];
  }
}

std::size_t population::tournament(rng &r) const {
  const std::size_t a = r.below(members_.size()), b = r.below(members_.size());
  const bool coin = r.chance(0.5);
  if (ranks_[a] != ranks_[b]) return ranks_[a] < ranks_[b] ? a : b;
  if (crowding_[a] != crowding_[b]) return crowding_[a] > crowding_[b] ? a : b;
  return coin ? a : b;
}

}  // namespace nac::searching

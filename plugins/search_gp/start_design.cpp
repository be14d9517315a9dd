// SPDX-License-Identifier: Apache-2.0
#include "start_design.hpp"

#include <algorithm>
#include <limits>
#include <set>

#include "axes.hpp"
#include "search_common/variation.hpp"

namespace nac::searching {
namespace {

constexpr std::size_t kPoolPerCandidate = 16, kDescents = 12, kChildrenPerDescent = 12;

struct pool_member {
  genome genes;
  std::vector<double> code, exact;
  double cost = 0, distance = std::numeric_limits<double>::infinity();
};

class pool {
 public:
  pool(const space_model &space, const kernel &k, const screen &known) : space_(space), kernel_(k), known_(known) {}

  void add(genome g) {
    screened s = known_(space_, g);
    if (!s.feasible || !networks_.insert(s.network).second) return;
    std::vector<double> code = kernel_.encode(space_, g);
    members.push_back({std::move(g), std::move(code), std::move(s.exact)});
  }

  std::vector<pool_member> members;

 private:
  const space_model &space_;
  const kernel &kernel_;
  const screen &known_;
  std::set<phenotype> networks_;
};

/// Mean of the exact objectives on their axes; 0 without any.
void set_costs(std::vector<pool_member> &members, const screen &known, std::size_t objectives) {
  std::size_t count = 0;
  for (std::size_t k = 0; k < objectives; ++k) {
    if (!known.exact(k)) continue;
    std::vector<double> column;
    for (const pool_member &p : members) column.push_back(p.exact[k]);
    double low = *std::min_element(column.begin(), column.end()),
           high = *std::max_element(column.begin(), column.end());
    const axes scale({low, high}, 1, {1});
    const double first = scale.to_axis(0, low), last = scale.to_axis(0, high);
    for (std::size_t i = 0; i < members.size() && last > first; ++i)
      members[i].cost += (scale.to_axis(0, column[i]) - first) / (last - first);
    ++count;
  }
  for (pool_member &p : members) p.cost = count > 0 ? p.cost / static_cast<double>(count) : 0;
}

}  // namespace

std::vector<genome> start_design(const space_model &space, const kernel &k, const screen &known, std::size_t count,
                                 rng &r) {
  pool all(space, k, known);
  for (std::size_t i = 0; i < kPoolPerCandidate * count; ++i) all.add(space.random_genome(r));
  std::vector<pool_member> &members = all.members;
  if (members.empty()) return {};
  const std::size_t objectives = members.front().exact.size();
  if (known.exact_mask() != 0) {
    // Towards the cheap end, which random candidates rarely reach: costs are free, so it can be searched for.
    set_costs(members, known, objectives);
    for (std::size_t step = 0; step < kDescents; ++step) {
      const auto least = std::min_element(members.begin(), members.end(),
                                          [](const pool_member &a, const pool_member &b) { return a.cost < b.cost; });
      const genome parent = least->genes;
      for (std::size_t c = 0; c < kChildrenPerDescent; ++c) {
        genome child = parent;
        mutate(space, child, number_mode::local, 1, r);
        all.add(std::move(child));
      }
      for (pool_member &p : members) p.cost = 0;
      set_costs(members, known, objectives);
    }
  }
  std::vector<std::size_t> strata(count);
  for (std::size_t s = 0; s < count; ++s) strata[s] = s;
  r.shuffle(strata);

  std::vector<genome> design;
  std::vector<char> used(members.size(), 0);
  for (const std::size_t stratum : strata) {
    const double n = static_cast<double>(count), low = static_cast<double>(stratum) / n;
    // The farthest of the stratum's; if it has none, the one closest to it in cost.
    std::size_t chosen = members.size();
    double best = -std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (used[i]) continue;
      const double outside = std::max({0.0, low - members[i].cost, members[i].cost - low - 1 / n});
      const bool ends = known.exact_mask() != 0;
      const double score = !ends || outside == 0 ? members[i].distance : -outside;
      if (score > best) {
        best = score;
        chosen = i;
      }
    }
    if (chosen == members.size()) break;
    used[chosen] = 1;
    design.push_back(members[chosen].genes);
    coded_points one(k.dimensions());
    one.append(members[chosen].code);
    for (pool_member &p : members) {
      double sum = 0, d = 0;
      for (std::size_t i = 0; i < k.dimensions(); ++i) {
        k.distances(one, 1, i, p.code[i], &d);
        sum += d;
      }
      p.distance = std::min(p.distance, sum);
    }
  }
  return design;
}

}  // namespace nac::searching

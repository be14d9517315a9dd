// SPDX-License-Identifier: Apache-2.0
#include "groups.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace nac::searching {

std::vector<std::vector<std::size_t>> activation_groups(const space_model &space, bool joint) {
  using conditions = std::vector<std::pair<uint32_t, std::vector<int64_t>>>;
  std::vector<std::vector<std::size_t>> groups;
  std::map<conditions, std::size_t> group_of;
  for (std::size_t i = 0; i < space.size(); ++i) {
    if (!space.variable(i)) continue;
    conditions key;
    for (const dimension::condition &c : space[i].conditions) {
      key.emplace_back(c.parent, c.values);
      std::sort(key.back().second.begin(), key.back().second.end());
    }
    std::sort(key.begin(), key.end());
    const auto [known, fresh] = group_of.try_emplace(std::move(key), groups.size());
    if (fresh || !joint)
      groups.push_back({i});
    else
      groups[known->second].push_back(i);
  }
  return groups;
}

}  // namespace nac::searching

// SPDX-License-Identifier: Apache-2.0
#include "search_common/trial_ids.hpp"

#include <iterator>

namespace nac::searching {

bool trial_ids::contains(uint64_t id) const {
  auto after = intervals_.upper_bound(id);
  return after != intervals_.begin() && std::prev(after)->second >= id;
}

void trial_ids::insert(uint64_t id) {
  if (contains(id)) return;
  ++size_;
  auto after = intervals_.upper_bound(id);
  uint64_t first = id, last = id;
  if (after != intervals_.begin() && std::prev(after)->second == id - 1) {
    first = std::prev(after)->first;
    intervals_.erase(std::prev(after));
  }
  if (after != intervals_.end() && id != UINT64_MAX && after->first == id + 1) {
    last = after->second;
    intervals_.erase(after);
  }
  intervals_.emplace(first, last);
}

bool trial_ids::insert_interval(uint64_t first, uint64_t last) {
  if (first > last) return false;
  auto after = intervals_.upper_bound(first);
  if (after != intervals_.begin()) {
    const uint64_t before = std::prev(after)->second;
    if (before >= first || before + 1 == first) return false;
  }
  if (after != intervals_.end() && (after->first <= last || after->first == last + 1)) return false;
  intervals_.emplace(first, last);
  size_ += last - first + 1;
  return true;
}

}  // namespace nac::searching

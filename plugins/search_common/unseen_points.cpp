// SPDX-License-Identifier: Apache-2.0
#include "search_common/unseen_points.hpp"

#include <algorithm>

namespace nac::searching {
namespace {
constexpr int kRandomDraws = 64;
constexpr uint64_t kShiftStream = 0x5348494654u;
}  // namespace

unseen_points::unseen_points(const space_model &space, uint64_t seed) : cursor_(space.size(), 0) {
  rng r(stream_key(seed, kShiftStream));
  for (std::size_t i = 0; i < space.size(); ++i) shift_.push_back(space.count(i) > 1 ? r.below(space.count(i)) : 0);
}

std::vector<phenotype> unseen_points::sorted() const {
  std::vector<phenotype> all(seen_.begin(), seen_.end());
  std::sort(all.begin(), all.end());
  return all;
}

genome unseen_points::at_cursor(const space_model &space, rng &r) const {
  genome g(space.size());
  for (std::size_t i = 0; i < space.size(); ++i)
    g[i] = space.count(i) == 0   ? space.random_value(i, r)
           : space.count(i) == 1 ? space[i].low
                                 : space.value_at(i, static_cast<uint64_t>((cursor_[i] + shift_[i]) % space.count(i)));
  return g;
}

bool unseen_points::advance(const space_model &space, const std::vector<char> &flags) {
  for (std::size_t i = space.size(); i-- > 0;) {
    if (!flags[i] || space.count(i) == 0 || cursor_[i] + 1 >= space.count(i)) continue;
    ++cursor_[i];
    std::fill(cursor_.begin() + static_cast<std::ptrdiff_t>(i) + 1, cursor_.end(), 0);
    return true;
  }
  return false;
}

std::optional<genome> unseen_points::find(const space_model &space, rng &r) {
  if (exhausted_) return std::nullopt;
  for (int draw = 0; draw < kRandomDraws; ++draw) {
    genome g = space.random_genome(r);
    if (!seen(space, g)) return g;
  }
  std::vector<char> flags;
  for (;;) {
    // With an active continuous gene every draw is a new candidate, so the cursor stays there for ever.
    genome g = at_cursor(space, r);
    if (!seen(space, g)) return g;
    space.activity(g, flags);
    if (!advance(space, flags)) break;
  }
  exhausted_ = true;
  return std::nullopt;
}

}  // namespace nac::searching

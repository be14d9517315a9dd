// SPDX-License-Identifier: Apache-2.0
#include "grid_pass.hpp"

#include <algorithm>
#include <cmath>

namespace nac::searching {
namespace {

constexpr int kRandomDraws = 64;
constexpr uint64_t kShiftStream = 0x47524944u;

/// Which of `total` values has position `index` among 2^pass + 1: the same in all finer passes.
uint64_t spread(uint64_t index, unsigned pass, uint64_t total) {
  return static_cast<uint64_t>(
      std::llround(std::ldexp(static_cast<double>(index), -static_cast<int>(pass)) * static_cast<double>(total - 1)));
}

}  // namespace

grid_pass::grid_pass(const space_model &space, uint64_t levels, unsigned pass, uint64_t seed)
    : space_(&space), pass_(pass), cursor_(space.size(), 0) {
  rng r(stream_key(seed, kShiftStream, pass));
  std::vector<dimension> dimensions;
  for (std::size_t i = 0; i < space.size(); ++i) {
    const uint64_t total = space.count(i) == 0 ? levels : space.count(i);
    uint64_t taken = total;
    if (space[i].kind != NAC_DIMENSION_CHOICE && pass < 60) taken = std::min(total, (uint64_t{1} << pass) + 1);
    finest_ = finest_ && taken == total;
    total_.push_back(total);
    shift_.push_back(r.below(taken));
    dimension d{space[i].name, NAC_DIMENSION_INTEGER, 0, static_cast<double>(taken - 1), 1, false, {}};
    for (const dimension::condition &c : space[i].conditions) {
      dimension::condition on{c.parent, {}};
      const uint64_t known = static_cast<uint64_t>(dimensions[c.parent].high) + 1;
      for (const int64_t v : c.values) {
        const double number = static_cast<double>(v);
        if (!space.legal(c.parent, number)) continue;
        const uint64_t at = space.index_of(c.parent, number), all = total_[c.parent];
        if (known == all) {
          on.values.push_back(static_cast<int64_t>(at));
          continue;
        }
        const double position =
            std::ldexp(static_cast<double>(at) / static_cast<double>(all - 1), static_cast<int>(pass));
        const auto index = static_cast<uint64_t>(std::llround(position));
        if (spread(index, pass, all) == at) on.values.push_back(static_cast<int64_t>(index));
      }
      d.conditions.push_back(std::move(on));
    }
    dimensions.push_back(std::move(d));
  }
  grid_ = space_model(std::move(dimensions));
}

double grid_pass::value(std::size_t i, uint64_t index) const {
  if (space_->count(i) == 1) return (*space_)[i].low;
  const uint64_t k = grid_.count(i) == total_[i] ? index : spread(index, pass_, total_[i]);
  if (space_->count(i) != 0) return space_->value_at(i, k);
  return space_->from_unit(i, static_cast<double>(k) / static_cast<double>(total_[i] - 1));
}

genome grid_pass::translated(const genome &indices) const {
  genome g(indices.size());
  for (std::size_t i = 0; i < g.size(); ++i) g[i] = value(i, static_cast<uint64_t>(indices[i]));
  return g;
}

bool grid_pass::advance() {
  genome indices(cursor_.size());
  for (std::size_t i = 0; i < indices.size(); ++i)
    indices[i] = static_cast<double>((cursor_[i] + shift_[i]) % grid_.count(i));
  const std::vector<char> flags = grid_.activity(indices);
  for (std::size_t i = cursor_.size(); i-- > 0;) {
    if (!flags[i] || cursor_[i] + 1 >= grid_.count(i)) continue;
    ++cursor_[i];
    std::fill(cursor_.begin() + static_cast<std::ptrdiff_t>(i) + 1, cursor_.end(), 0);
    return true;
  }
  return false;
}

std::optional<genome> grid_pass::find(const std::function<bool(const genome &)> &seen, rng &r) {
  for (int draw = 0; draw < kRandomDraws; ++draw)
    if (genome g = translated(grid_.random_genome(r)); !seen(g)) return g;
  while (!enumerated_) {  // everything before the cursor is seen
    genome indices(cursor_.size());
    for (std::size_t i = 0; i < indices.size(); ++i)
      indices[i] = static_cast<double>((cursor_[i] + shift_[i]) % grid_.count(i));
    if (genome g = translated(indices); !seen(g)) return g;
    enumerated_ = !advance();
  }
  return std::nullopt;
}

}  // namespace nac::searching

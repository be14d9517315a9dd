// SPDX-License-Identifier: Apache-2.0
#include "fused/plan/arrange.hpp"

#include <algorithm>
#include <limits>

namespace nac::fw::fused {
namespace {

struct Wish {
  Place *place;
  std::size_t floats;  ///< of one tile
  Schedule::Life life;
  std::size_t offset = 0;
};

bool together(const Schedule::Life &a, const Schedule::Life &b) { return a.first <= b.last && b.first <= a.last; }

/// The lowest place where nothing alive at the same time is.
std::size_t lowest_gap(const Wish &wish, const std::vector<Wish> &placed) {
  std::vector<const Wish *> alive;
  for (const Wish &p : placed)
    if (together(p.life, wish.life)) alive.push_back(&p);
  std::sort(alive.begin(), alive.end(), [](const Wish *a, const Wish *b) { return a->offset < b->offset; });
  std::size_t offset = 0;
  for (const Wish *p : alive) {
    if (offset + wish.floats <= p->offset) break;
    offset = std::max(offset, p->offset + p->floats);
  }
  return offset;
}

}  // namespace

Storage arrange(const Schedule &schedule, const std::vector<int> &rows, const std::vector<Slot> &keep, int width,
                int tiles, std::size_t scratch) {
  Storage storage;
  storage.values.resize(rows.size());
  storage.gradients.resize(rows.size());
  storage.scratch.resize(scratch);
  std::vector<Wish> kept, passing;
  const auto wish = [&](std::vector<Place> &places, std::size_t slot, bool all_tiles, Schedule::Life life) {
    if (life.first < 0) return;
    // An odd number of rows from tile to tile: the same row of several tiles then lies in different sets of the caches.
    const auto apart = static_cast<std::size_t>(all_tiles ? rows[slot] | 1 : rows[slot]);
    (all_tiles ? kept : passing).push_back({&places[slot], apart * static_cast<std::size_t>(width), life});
  };
  for (std::size_t s = 0; s < rows.size(); ++s) {
    const bool result = std::find(keep.begin(), keep.end(), static_cast<Slot>(s)) != keep.end();
    Schedule::Life life = schedule.value_life[s];
    if (result) life.last = std::numeric_limits<int>::max();
    wish(storage.values, s, schedule.kept_values[s], life);
    wish(storage.gradients, s, schedule.kept_gradients[s], schedule.gradient_life[s]);
  }
  std::stable_sort(passing.begin(), passing.end(), [](const Wish &a, const Wish &b) { return a.floats > b.floats; });
  std::vector<Wish> placed;
  std::size_t shared = 0, total = 0;
  for (Wish &w : passing) {
    w.offset = lowest_gap(w, placed);
    shared = std::max(shared, w.offset + w.floats);
    placed.push_back(w);
  }
  total = shared;
  for (Wish &w : kept) {
    w.offset = total;
    total += w.floats * static_cast<std::size_t>(tiles);
  }
  storage.memory.assign(total, 0.0F);
  for (const Wish &w : placed) *w.place = {storage.memory.data() + w.offset, 0};
  for (const Wish &w : kept) *w.place = {storage.memory.data() + w.offset, static_cast<std::ptrdiff_t>(w.floats)};
  return storage;
}

}  // namespace nac::fw::fused

// SPDX-License-Identifier: Apache-2.0
#include "search_common/variation.hpp"

#include <algorithm>
#include <cmath>

namespace nac::searching {
namespace {

constexpr double kSbxIndex = 15, kPolynomialIndex = 20;
constexpr double kNeighbour = 0.7;
/// Ordered dimensions with more values than this take polynomial steps: single ones would take too long to cross them.
constexpr uint64_t kFewValues = 16;

/// Bounded simulated binary crossover of two positions in [0, 1]; one of the two children at random.
double sbx(double a, double b, rng &r) {
  const double u = r.uniform();
  const bool lower_child = r.chance(0.5);
  const double low = std::min(a, b), high = std::max(a, b), gap = high - low;
  if (gap < 1e-14) return a;
  const double room = lower_child ? low : 1 - high;
  const double alpha = 2 - std::pow(1 + 2 * room / gap, -(kSbxIndex + 1));
  const double spread =
      u <= 1 / alpha ? std::pow(u * alpha, 1 / (kSbxIndex + 1)) : std::pow(1 / (2 - u * alpha), 1 / (kSbxIndex + 1));
  const double child = 0.5 * (low + high + (lower_child ? -spread : spread) * gap);
  return std::clamp(child, 0.0, 1.0);
}

/// Bounded polynomial mutation of a position in [0, 1].
double polynomial(double x, rng &r) {
  const double u = r.uniform(), power = 1 / (kPolynomialIndex + 1);
  const double room = u < 0.5 ? 1 - x : x;  // 1 minus the distance to the end it moves to
  const double tail = std::pow(room, kPolynomialIndex + 1);
  const double step =
      u < 0.5 ? std::pow(2 * u + (1 - 2 * u) * tail, power) - 1 : 1 - std::pow(2 * (1 - u) + (2 * u - 1) * tail, power);
  return std::clamp(x + step, 0.0, 1.0);
}

/// Dimensions with an order and more values than a walk of single steps could cross.
bool long_line(const space_model &space, std::size_t i) {
  return space.count(i) == 0 || (space[i].ordinal() && space.count(i) > kFewValues);
}

/// Position in [0, 1] on such a line, and the nearest legal value.
double position_of(const space_model &space, std::size_t i, double value) {
  if (space.count(i) == 0) return space.to_unit(i, value);
  return static_cast<double>(space.index_of(i, value)) / static_cast<double>(space.count(i) - 1);
}
double value_near(const space_model &space, std::size_t i, double position) {
  if (space.count(i) == 0) return space.from_unit(i, position);
  return space.value_at(i, static_cast<uint64_t>(std::llround(position * static_cast<double>(space.count(i) - 1))));
}

double another_value(const space_model &space, std::size_t i, double value, rng &r) {
  const uint64_t count = space.count(i), here = space.index_of(i, value);
  const uint64_t other = r.below(count - 1);
  return space.value_at(i, other < here ? other : other + 1);
}

double neighbour(const space_model &space, std::size_t i, double value, rng &r) {
  const uint64_t last = space.count(i) - 1, here = space.index_of(i, value);
  uint64_t step = 1;
  bool up = r.chance(0.5);
  if (space.count(i) > kFewValues) {
    const double x = static_cast<double>(here) / static_cast<double>(last), moved = polynomial(x, r);
    up = moved > x;
    step = std::max<uint64_t>(1, static_cast<uint64_t>(std::llround(std::abs(moved - x) * static_cast<double>(last))));
  }
  if (here == 0) up = true;
  if (here == last) up = false;
  return space.value_at(i, up ? std::min(here + step, last) : here - std::min(here, step));
}

double mutated(const space_model &space, std::size_t i, double value, number_mode mode, rng &r) {
  if (space.count(i) == 0)
    return mode == number_mode::uniform ? space.random_value(i, r)
                                        : space.from_unit(i, polynomial(space.to_unit(i, value), r));
  if (space[i].ordinal() && r.chance(kNeighbour)) return neighbour(space, i, value, r);
  return another_value(space, i, value, r);
}

/// Changes up to `more` active genes that were not changed yet.
void change_more(const space_model &space, genome &g, number_mode mode, std::size_t more, std::vector<char> &changed,
                 rng &r) {
  std::vector<char> flags;
  for (; more > 0; --more) {
    space.activity(g, flags);
    std::vector<std::size_t> candidates;
    for (std::size_t i = 0; i < space.size(); ++i)
      if (flags[i] && !changed[i] && space.variable(i)) candidates.push_back(i);
    if (candidates.empty()) return;
    const std::size_t i = candidates[r.below(candidates.size())];
    g[i] = mutated(space, i, g[i], mode, r);
    changed[i] = 1;
  }
}

}  // namespace

genome crossover(const space_model &space, const genome &a, const genome &b, number_mode mode, rng &r) {
  const std::vector<char> in_a = space.activity(a), in_b = space.activity(b);
  const bool by_subtree = r.chance(0.5);
  genome child(space.size());
  std::vector<char> from_a(space.size());
  for (std::size_t i = 0; i < space.size(); ++i) {
    const bool coin = r.chance(0.5);
    const bool one_knows = in_a[i] != in_b[i];
    from_a[i] = one_knows ? in_a[i] : by_subtree ? (space.root(i) == i ? coin : from_a[space.root(i)]) : coin;
    child[i] = from_a[i] ? a[i] : b[i];
    if (long_line(space, i) && mode == number_mode::local && !one_knows && r.chance(0.5))
      child[i] = value_near(space, i, sbx(position_of(space, i, a[i]), position_of(space, i, b[i]), r));
  }
  return child;
}

void mutate(const space_model &space, genome &g, number_mode mode, std::size_t minimum, rng &r) {
  std::vector<char> flags = space.activity(g);
  std::vector<std::size_t> candidates;
  for (std::size_t i = 0; i < space.size(); ++i)
    if (flags[i] && space.variable(i)) candidates.push_back(i);
  if (candidates.empty()) return;
  const double rate = 1.0 / static_cast<double>(candidates.size());

  // Parents first: a changed parent may switch genes on, which then take part with their dormant values.
  std::size_t changes = 0;
  std::vector<char> changed(space.size(), 0);
  for (std::size_t i = 0; i < space.size(); ++i) {
    flags[i] = space.active(i, g, flags) ? 1 : 0;
    if (!flags[i] || !space.variable(i) || !r.chance(rate)) continue;
    g[i] = mutated(space, i, g[i], mode, r);
    changed[i] = 1;
    ++changes;
  }
  if (changes < minimum) change_more(space, g, mode, minimum - changes, changed, r);
}

void mutate_one(const space_model &space, genome &g, number_mode mode, rng &r) {
  std::vector<char> changed(space.size(), 0);
  change_more(space, g, mode, 1, changed, r);
}

}  // namespace nac::searching

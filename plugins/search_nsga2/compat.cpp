// SPDX-License-Identifier: Apache-2.0
#include "compat.hpp"

#include <limits>

#include "search_common/pareto.hpp"

namespace nac::searching {
namespace {

constexpr std::size_t kNobody = std::numeric_limits<std::size_t>::max();

std::size_t select(const std::vector<finished> &parents, std::size_t excluded, rng &r) {
  const auto draw = [&] {
    const std::size_t k = r.below(parents.size() - (excluded == kNobody ? 0 : 1));
    return k < excluded ? k : k + 1;
  };
  const std::size_t a = draw(), b = draw();
  const std::vector<double> &fa = parents[a].objectives, &fb = parents[b].objectives;
  return dominates(fa.data(), fb.data(), fa.size()) ? a : b;
}

}  // namespace

void shared_genes::note(const space_model &space, const genome &g) {
  const std::vector<char> flags = space.activity(g);
  if (!any_) shared_ = flags;
  any_ = true;
  for (std::size_t i = 0; i < flags.size(); ++i)
    if (!flags[i]) shared_[i] = 0;
}

void shared_genes::write(state_writer &w) const {
  w.word("shared").integer(any_ ? 1 : 0);
  for (const char s : shared_) w.integer(s != 0 ? 1 : 0);
}

void shared_genes::read(state_reader &r, std::size_t dimensions) {
  r.word("shared");
  any_ = r.integer(1) == 1;
  shared_.assign(any_ ? dimensions : 0, 0);
  for (char &s : shared_) s = r.integer(1) == 1 ? 1 : 0;
}

genome optuna_child(const space_model &space, const std::vector<finished> &parents, const shared_genes &shared,
                    double crossover, rng &r) {
  std::size_t first = 0, second = 0;
  if (parents.size() > 1 && r.chance(crossover)) {
    first = select(parents, kNobody, r);
    second = select(parents, first, r);
  } else {
    first = second = r.below(parents.size());
  }
  std::size_t inherited = 0;
  for (std::size_t i = 0; i < space.size(); ++i) inherited += space.variable(i) && shared.contains(i) ? 1 : 0;
  genome child = space.random_genome(r);
  for (std::size_t i = 0; i < space.size(); ++i) {
    if (!space.variable(i) || !shared.contains(i)) continue;
    const finished &from = parents[r.chance(0.5) ? first : second];
    if (!r.chance(1.0 / static_cast<double>(inherited))) child[i] = from.genes[i];
  }
  return child;
}

}  // namespace nac::searching

// SPDX-License-Identifier: Apache-2.0
#include "nsga2.hpp"

#include <algorithm>
#include <bit>

namespace nac::searching {
namespace {

constexpr uint64_t kSmallBudget = 500, kSmallPopulation = 20, kLargePopulation = 50;
constexpr int kRetries = 20;

nsga2_options read_options(const config &c) {
  const int64_t population = c.integer("population");
  if (population < 0)
    invalid("parameter 'population' is " + std::to_string(population) + "; accepted: 0, or 2 and more");
  return {static_cast<uint64_t>(population), c.number("crossover")};
}

}  // namespace

nsga2::nsga2(const nsga2_options &options) : options_(options) {
  if (options.population == 1) invalid("parameter 'population' is 1; accepted: 0 (automatic), or 2 and more");
  if (!(options.crossover >= 0 && options.crossover <= 1) && options.crossover != -1)
    invalid("parameter 'crossover' is " + std::to_string(options.crossover) + "; accepted: -1 (automatic) or [0, 1]");
}

nsga2::nsga2(const config &c) : nsga2(read_options(c)) {}

uint64_t nsga2::parameters() const {
  return stream_key(options_.population, std::bit_cast<uint64_t>(options_.crossover));
}

void nsga2::begin() {
  const uint64_t automatic = setup().trials < kSmallBudget ? kSmallPopulation : kLargePopulation;
  population_ = population(options_.population != 0 ? options_.population : automatic, setup().objectives);
  std::size_t continuous = 0;
  for (std::size_t i = 0; i < space().size(); ++i) continuous += space().count(i) == 0 ? 1 : 0;
  const double share = static_cast<double>(continuous) / static_cast<double>(std::max<std::size_t>(1, space().size()));
  crossover_ = options_.crossover >= 0 ? options_.crossover : 0.5 + 0.5 * share;
}

void nsga2::learn(const finished &f) {
  if (f.ok) population_.add(f);  // infeasible and failed candidates never become parents; the base remembers them
}

std::optional<genome> nsga2::propose(rng &r) {
  population_.settle();
  const std::size_t parents = population_.members().size();
  const uint64_t begun = told_count() + pending().size();
  // Start at random; later keep sampling in proportion to the missing parents, as when most candidates are infeasible.
  const double missing = 1 - 2 * static_cast<double>(parents) / static_cast<double>(population_.capacity());
  if (begun < population_.capacity() || parents == 0 || r.chance(missing)) return std::nullopt;
  for (int attempt = 0; attempt < kRetries; ++attempt)
    if (genome g = child(1, r); !seen(g)) return g;
  for (std::size_t changes = 2; changes < 2 + kRetries; ++changes)
    if (genome g = child(changes, r); !seen(g)) return g;
  return std::nullopt;
}

genome nsga2::child(std::size_t minimum, rng &r) const {
  const std::vector<finished> &members = population_.members();
  const std::size_t first = population_.tournament(r), second = population_.tournament(r);
  const number_mode mode = r.chance(0.5) ? number_mode::uniform : number_mode::local;
  genome g = members[first].genes;
  if (first != second && r.chance(crossover_)) g = crossover(space(), g, members[second].genes, mode, r);
  mutate(space(), g, mode, minimum, r);
  return g;
}

void nsga2::load(const std::string &state) {
  nsga2 staged(*this);
  staged.restore(state);
  *this = std::move(staged);
}

void nsga2::write(state_writer &w) const {
  for (const std::vector<finished> *group : {&population_.members(), &population_.newcomers()}) {
    w.word("members").integer(group->size());
    for (const finished &f : *group) {
      w.word("trial").integer(f.trial);
      write_genome(w, f.genes);
      for (const double o : f.objectives) w.number(o);
    }
  }
}

void nsga2::read(state_reader &r) {
  begin();
  std::vector<finished> groups[2];
  for (std::vector<finished> &group : groups) {
    r.word("members");
    for (std::size_t n = r.count(); n > 0; --n) {
      r.word("trial");
      finished f{r.integer(UINT64_MAX), true, read_genome(r), {}};
      for (uint32_t k = 0; k < setup().objectives; ++k) f.objectives.push_back(read_objective(r));
      group.push_back(std::move(f));
    }
  }
  // Survivors settle to themselves; the newcomers must not join them before the next ask.
  for (finished &f : groups[0]) population_.add(std::move(f));
  population_.settle();
  for (finished &f : groups[1]) population_.add(std::move(f));
}

}  // namespace nac::searching

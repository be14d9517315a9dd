// SPDX-License-Identifier: Apache-2.0
#include "nsga2.hpp"

#include <algorithm>
#include <bit>

namespace nac::searching {
namespace {

/// Measured on nascat, braggtoy, ZDT and DTLZ2 (bench/search): few survivors are fast, and a discrete front needs the
/// room of its own size to be completed; on a continuum fronts have no end and more survivors only slow it down.
constexpr std::size_t kSmallest = 20, kLargestDiscrete = 100, kOptunaPopulation = 50;
constexpr double kDiscreteCrossover = 0.35, kOptunaCrossover = 0.9;
/// Share of one-parent children that change in one gene only.
constexpr double kSingleShare = 0.5;
constexpr int kRetries = 20;

/// Share of children whose numbers are varied uniformly: half at first, a third after 20 trials per dimension, ...
double uniform_share(uint64_t told, std::size_t dimensions) {
  return std::max(0.1, 1 / (2 + static_cast<double>(told) / (20 * static_cast<double>(dimensions))));
}

nsga2_mode read_mode(const std::string &text) {
  if (text == "auto") return nsga2_mode::automatic;
  if (text == "steady") return nsga2_mode::steady;
  if (text == "generational") return nsga2_mode::generational;
  invalid("parameter 'mode' is \"" + text + "\"; accepted: \"auto\", \"steady\", \"generational\"");
}

nsga2_options read_options(const config &c) {
  const int64_t population = c.integer("population");
  if (population < 0)
    invalid("parameter 'population' is " + std::to_string(population) + "; accepted: 0, or 2 and more");
  const std::string compat = c.text("compat");
  if (compat != "none" && compat != "optuna")
    invalid("parameter 'compat' is \"" + compat + "\"; accepted: \"none\", \"optuna\"");
  return {static_cast<uint64_t>(population), c.number("crossover"), read_mode(c.text("mode")), compat == "optuna"};
}

}  // namespace

nsga2::nsga2(const nsga2_options &options) : options_(options) {
  if (options.population == 1) invalid("parameter 'population' is 1; accepted: 0 (automatic), or 2 and more");
  if (!(options.crossover >= 0 && options.crossover <= 1) && options.crossover != -1)
    invalid("parameter 'crossover' is " + std::to_string(options.crossover) + "; accepted: -1 (automatic) or [0, 1]");
  if (options.optuna && options.mode == nsga2_mode::steady)
    invalid("compat \"optuna\" evolves by generations; accepted with it: mode \"auto\" or \"generational\"");
  if (options.mode == nsga2_mode::automatic)
    options_.mode = options.optuna ? nsga2_mode::generational : nsga2_mode::steady;
}

nsga2::nsga2(const config &c) : nsga2(read_options(c)) {}

uint64_t nsga2::parameters() const {
  return stream_key(options_.population, std::bit_cast<uint64_t>(options_.crossover), generational() ? 1 : 0,
                    options_.optuna ? 1 : 0);
}

void nsga2::begin() {
  std::size_t continuous = 0;
  for (std::size_t i = 0; i < space().size(); ++i) continuous += space().count(i) == 0 ? 1 : 0;
  const double share = static_cast<double>(continuous) / static_cast<double>(std::max<std::size_t>(1, space().size()));
  survival rule{options_.population, options_.population, options_.optuna};
  if (options_.population == 0 && options_.optuna) rule.smallest = rule.largest = kOptunaPopulation;
  if (options_.population == 0 && !options_.optuna) {
    rule.smallest = kSmallest;
    rule.largest = kSmallest + static_cast<std::size_t>((1 - share) * (kLargestDiscrete - kSmallest));
  }
  population_ = population(rule, setup().objectives);
  shared_ = {};
  crossover_ = options_.crossover >= 0 ? options_.crossover
               : options_.optuna       ? kOptunaCrossover
                                       : kDiscreteCrossover + (1 - kDiscreteCrossover) * share;
}

void nsga2::learn(const finished &f) {
  // Constrained domination without degrees of violation: what is infeasible or failed ranks behind everything, so it
  // never becomes a parent. The base remembers it.
  if (!f.ok) return;
  population_.add(f);
  if (options_.optuna) shared_.note(space(), f.genes);
}

bool nsga2::wants_random(rng &r) const {
  const std::size_t parents = population_.members().size();
  if (parents == 0) return true;
  if (generational()) return false;
  // Start at random; later keep sampling in proportion to the missing parents, as when most candidates are infeasible.
  const double missing = 1 - 2 * static_cast<double>(parents) / static_cast<double>(population_.rule().smallest);
  return told_count() + pending().size() < population_.rule().smallest || r.chance(missing);
}

std::optional<genome> nsga2::propose(rng &r) {
  // A generation ends with as many results as there are survivors; until then the parents stay.
  if (!generational() || population_.newcomers().size() >= population_.rule().smallest) population_.settle();
  if (wants_random(r)) return options_.optuna ? std::optional(space().random_genome(r)) : std::nullopt;
  if (options_.optuna) return optuna_child(space(), population_.members(), shared_, crossover_, r);
  for (int attempt = 0; attempt < kRetries; ++attempt)
    if (genome g = child(1, r); !seen(g)) return g;
  for (std::size_t changes = 2; changes < 2 + kRetries; ++changes)
    if (genome g = child(changes, r); !seen(g)) return g;
  return std::nullopt;
}

genome nsga2::child(std::size_t minimum, rng &r) const {
  const std::vector<finished> &members = population_.members();
  const std::size_t first = population_.tournament(r), second = population_.tournament(r);
  const number_mode mode =
      r.chance(uniform_share(told_count(), space().size())) ? number_mode::uniform : number_mode::local;
  genome g = members[first].genes;
  if (first != second && r.chance(crossover_))
    g = crossover(space(), g, members[second].genes, mode, r);
  else if (minimum == 1 && r.chance(kSingleShare)) {
    mutate_one(space(), g, mode, r);
    return g;
  }
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
  shared_.write(w);
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
  shared_.read(r, space().size());
}

}  // namespace nac::searching

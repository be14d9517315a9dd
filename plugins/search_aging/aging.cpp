// SPDX-License-Identifier: Apache-2.0
#include "aging.hpp"

#include <algorithm>
#include <iterator>

#include "search_common/pareto.hpp"
#include "search_common/variation.hpp"

namespace nac::searching {
namespace {

constexpr int kRetries = 40;

aging_options read_options(const config &c) {
  const int64_t population = c.integer("population"), sample = c.integer("sample");
  if (population < 2) invalid("parameter 'population' is " + std::to_string(population) + "; accepted: 2 and more");
  if (sample < 0) invalid("parameter 'sample' is " + std::to_string(sample) + "; accepted: 0 to the population");
  return {static_cast<uint64_t>(population), static_cast<uint64_t>(sample)};
}

}  // namespace

aging::aging(const aging_options &options) : options_(options) {
  if (options.population < 2)
    invalid("parameter 'population' is " + std::to_string(options.population) + "; accepted: 2 and more");
  if (options.sample > options.population)
    invalid("parameter 'sample' is " + std::to_string(options.sample) + "; accepted: 0 to the population, " +
            std::to_string(options.population));
  if (options.sample == 0) options_.sample = std::max<uint64_t>(2, options.population / 4);
}

aging::aging(const config &c) : aging(read_options(c)) {}

void aging::learn(const finished &f) {
  if (!f.ok) return;
  alive_.emplace(f.trial, f);
  if (alive_.size() > options_.population) alive_.erase(alive_.begin());
}

std::optional<genome> aging::propose(rng &r) {
  // Random until there is a population; later as long as few results are usable.
  if (told_count() + pending().size() < options_.population || alive_.empty()) return std::nullopt;
  if (r.chance(1 - 2 * static_cast<double>(alive_.size()) / static_cast<double>(options_.population)))
    return std::nullopt;
  for (int attempt = 0; attempt < kRetries; ++attempt) {
    genome g = winner(r);
    const number_mode mode = r.chance(0.5) ? number_mode::uniform : number_mode::local;
    if (attempt < kRetries / 2)
      mutate_one(space(), g, mode, r);
    else  // the neighbourhood is used up: further away
      mutate(space(), g, mode, static_cast<std::size_t>(attempt - kRetries / 2 + 2), r);
    if (!seen(g)) return g;
  }
  return std::nullopt;
}

/// Of a random sample the best: first non-dominated front, there the least crowded, there the youngest. With one
/// objective the front is the best value.
const genome &aging::winner(rng &r) const {
  std::vector<const finished *> all;
  for (const auto &[trial, f] : alive_) all.push_back(&f);
  const std::size_t count = std::min<std::size_t>(options_.sample, all.size());
  for (std::size_t k = 0; k < count; ++k) std::swap(all[k], all[k + r.below(all.size() - k)]);
  all.resize(count);
  std::vector<double> rows;
  for (const finished *f : all) rows.insert(rows.end(), f->objectives.begin(), f->objectives.end());
  const std::size_t m = setup().objectives;
  const std::vector<uint32_t> ranks = nondominated_ranks(rows, m);
  std::vector<uint32_t> front;
  for (uint32_t i = 0; i < count; ++i)
    if (ranks[i] == 0) front.push_back(i);
  const std::vector<double> distance = crowding(rows, m, front);
  std::size_t best = 0;
  for (std::size_t k = 1; k < front.size(); ++k)
    if (distance[k] > distance[best] ||
        (distance[k] == distance[best] && all[front[k]]->trial > all[front[best]]->trial))
      best = k;
  return all[front[best]]->genes;
}

void aging::load(const std::string &state) {
  aging staged(*this);
  staged.restore(state);
  *this = std::move(staged);
}

void aging::write(state_writer &w) const {
  w.word("alive").integer(alive_.size());
  for (const auto &[trial, f] : alive_) {
    w.word("trial").integer(trial);
    write_genome(w, f.genes);
    for (const double o : f.objectives) w.number(o);
  }
}

void aging::read(state_reader &r) {
  begin();
  r.word("alive");
  for (std::size_t n = r.count(); n > 0; --n) {
    r.word("trial");
    finished f{r.integer(UINT64_MAX), true, read_genome(r), {}};
    for (uint32_t k = 0; k < setup().objectives; ++k) f.objectives.push_back(read_objective(r));
    learn(f);
  }
}

}  // namespace nac::searching

// SPDX-License-Identifier: Apache-2.0
#include "tpe.hpp"

#include <algorithm>

#include "groups.hpp"
#include "parzen.hpp"

namespace nac::searching {
namespace {

/// Attempts at a candidate nobody proposed; each takes half as many draws as the one before, so that the choice turns
/// from the best towards a sample of the good density.
constexpr uint64_t kRounds = 24;
/// Results up to which the automatic sampler uses the process: its cost grows with their cube.
constexpr std::size_t kProcessResults = 200;

bool has_choices(const space_model &space) {
  for (std::size_t i = 0; i < space.size(); ++i)
    if (space.variable(i) && (space[i].kind == NAC_DIMENSION_CHOICE || space[i].kind == NAC_DIMENSION_ORDERED))
      return true;
  return false;
}

tpe_sampler read_sampler(const std::string &text) {
  if (text == "auto") return tpe_sampler::automatic;
  if (text == "tpe") return tpe_sampler::tpe;
  if (text == "gp") return tpe_sampler::gp;
  invalid("parameter 'sampler' is \"" + text + "\"; accepted: \"auto\", \"tpe\", \"gp\"");
}

tpe_options read_options(const config &c) {
  for (const char *name : {"startup_trials", "candidates"})
    if (c.integer(name) < 1)
      invalid(std::string("parameter '") + name + "' is " + std::to_string(c.integer(name)) + "; accepted: 1 and more");
  return {static_cast<uint64_t>(c.integer("startup_trials")), static_cast<uint64_t>(c.integer("candidates")),
          c.boolean("multivariate"), read_sampler(c.text("sampler"))};
}

}  // namespace

struct tpe::model {
  parzen good, rest;
};

tpe::tpe(const tpe_options &options) : options_(options) {
  if (options.startup == 0) invalid("parameter 'startup_trials' is 0; accepted: 1 and more");
  if (options.candidates == 0) invalid("parameter 'candidates' is 0; accepted: 1 and more");
}

tpe::tpe(const config &c) : tpe(read_options(c)) {}

uint64_t tpe::parameters() const {
  return stream_key(options_.startup, options_.candidates, options_.multivariate ? 1 : 0,
                    static_cast<uint64_t>(options_.sampler));
}

void tpe::begin() {
  groups_ = activation_groups(space(), options_.multivariate);
  clip_power_ = options_.multivariate && has_choices(space()) ? kClipPowerBesideChoices : kClipPower;
  history_.clear();
  active_.clear();
  good_ = {};
  settled_ = true;
  process_.reset();
  if (options_.sampler == tpe_sampler::tpe) return;
  const std::string obstacle = gp_obstacle(space(), setup().objectives);
  if (obstacle.empty())
    process_.emplace(space());
  else if (options_.sampler == tpe_sampler::gp)
    invalid("the sampler \"gp\" does not fit: " + obstacle);
}

void tpe::learn(const finished &f) {
  history_.push_back(f);
  settled_ = false;
}

void tpe::settle() {
  if (settled_) return;
  // Tells may come in any order; what follows depends on the set of them.
  const auto by_trial = [](const finished &a, const finished &b) { return a.trial < b.trial; };
  if (!std::is_sorted(history_.begin(), history_.end(), by_trial)) {
    std::sort(history_.begin(), history_.end(), by_trial);
    active_.clear();
  }
  for (std::size_t i = active_.size(); i < history_.size(); ++i) active_.push_back(space().activity(history_[i].genes));
  good_ = split(history_, setup().objectives);
  settled_ = true;
}

tpe::model tpe::fit(const std::vector<std::size_t> &group) const {
  const std::size_t first = group.front();
  std::vector<const genome *> good, rest;
  std::vector<double> good_weights;
  for (std::size_t i = 0, next = 0; i < history_.size(); ++i) {
    const bool is_good = next < good_.indices.size() && good_.indices[next] == i;
    if (active_[i][first]) {
      (is_good ? good : rest).push_back(&history_[i].genes);
      if (is_good) good_weights.push_back(good_.weights[next]);
    }
    if (is_good) ++next;
  }
  // Constant liar: outstanding trials count as bad, so that parallel proposals keep apart.
  for (const auto &[trial, genes] : pending())
    if (space().activity(genes)[first]) rest.push_back(&genes);
  return {parzen(space(), group, good, good_weights, clip_power_),
          parzen(space(), group, rest, recency_weights(rest.size()), clip_power_)};
}

std::optional<genome> tpe::propose(rng &r) {
  settle();
  const uint64_t begun = told_count() + pending().size();
  if (begun < options_.startup || told_count() * 2 < options_.startup || good_.indices.empty()) return std::nullopt;
  if (process_ && (options_.sampler == tpe_sampler::gp || (history_.size() < kProcessResults && r.chance(0.5))))
    if (std::optional<genome> g = propose_by_process(r)) return g;
  return propose_by_densities(r);
}

std::optional<genome> tpe::propose_by_process(rng &r) {
  std::vector<const genome *> open;
  for (const auto &[trial, genes] : pending()) open.push_back(&genes);
  for (genome &g : process_->propose(space(), history_, open, r))
    if (!seen(g)) return std::move(g);
  return std::nullopt;  // whole numbers whose best values are all taken
}

std::optional<genome> tpe::propose_by_densities(rng &r) {
  std::vector<std::optional<model>> models(groups_.size());
  std::vector<char> flags;
  for (uint64_t round = 0; round < kRounds; ++round) {
    const uint64_t draws = std::max<uint64_t>(1, round < 63 ? options_.candidates >> round : 0);
    genome g = space().random_genome(r), trial = g;
    for (std::size_t k = 0; k < groups_.size(); ++k) {
      const std::vector<std::size_t> &group = groups_[k];
      space().activity(g, flags);
      if (!flags[group.front()]) continue;
      if (!models[k]) models[k] = fit(group);
      double best = 0;
      for (uint64_t draw = 0; draw < draws; ++draw) {
        models[k]->good.sample(space(), trial, r);
        const double score =
            draws == 1 ? 0 : models[k]->good.log_density(space(), trial) - models[k]->rest.log_density(space(), trial);
        if (draw > 0 && !(score > best)) continue;
        best = score;
        for (const std::size_t i : group) g[i] = trial[i];
      }
    }
    if (!seen(g)) return g;
  }
  return std::nullopt;
}

void tpe::load(const std::string &state) {
  tpe staged(*this);
  staged.restore(state);
  *this = std::move(staged);
}

void tpe::write(state_writer &w) const {
  w.word("history").integer(history_.size());
  for (const finished &f : history_) {
    w.word("trial").integer(f.trial).integer(f.ok ? 1 : 0);
    write_genome(w, f.genes);
    for (const double o : f.objectives) w.number(o);
  }
}

void tpe::read(state_reader &r) {
  begin();
  r.word("history");
  for (std::size_t n = r.count(); n > 0; --n) {
    r.word("trial");
    finished f{r.integer(UINT64_MAX), false, {}, {}};
    f.ok = r.integer(1) == 1;
    f.genes = read_genome(r);
    for (uint32_t k = 0; f.ok && k < setup().objectives; ++k) f.objectives.push_back(read_objective(r));
    learn(f);
  }
  if (told_count() != history_.size()) fail(NAC_DATA_LOSS, "the saved search state is damaged: trials are missing");
}

}  // namespace nac::searching

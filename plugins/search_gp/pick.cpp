// SPDX-License-Identifier: Apache-2.0
#include "pick.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <set>

#include "search_common/variation.hpp"

namespace nac::searching {
namespace {

constexpr double kMutationPicks = 0.12;              // share of proposals that no model judges
constexpr double kWeightLow = 0.3, kWeightHigh = 2;  // of the standard deviation in an optimistic gain
constexpr double kExpected = 0.5;                    // share of proposals by expectation, where it has a closed form
constexpr double kCrossover = 0.5;
constexpr std::size_t kFewestParents = 10, kImmigrants = 30;
constexpr std::size_t kCloseLooks = 80, kCloseLooksAgain = 20;  // candidates judged exactly, first and in each round
constexpr std::size_t kRounds = 8, kBreeders = 20, kBred = 40;
constexpr int kTries = 3;
constexpr double kNotLookedAt = -std::numeric_limits<double>::infinity();

class pool {
 public:
  pool(const pick_inputs &in, double weight, bool expected) : in_(in), weight_(weight) {
    std::size_t uncertain = 0;
    for (std::size_t k = 0; k < in.models.size(); ++k) uncertain += in.known_before.exact(k) ? 0 : 1;
    expected_ = in.models.size() == 1 || (expected && in.models.size() == 2 && uncertain <= 1);
  }

  std::size_t size() const { return members_.size(); }
  const genome &genes(std::size_t i) const { return members_[i].genes; }

  /// Refuses what was met before in this pool, was tried, or cannot be built.
  void add(genome g) {
    if (!met_.insert(in_.space.identity(g)).second) return;
    screened s = in_.known_before(in_.space, g);
    if (!s.feasible || in_.tried(g, s)) return;
    members_.push_back({std::move(g), std::move(s.exact), kNotLookedAt});
  }

  /// Scores what was added since the last time: all at a glance, the `close` most promising exactly.
  void score(std::size_t close) {
    std::vector<std::size_t> fresh(members_.size() - scored_);
    std::iota(fresh.begin(), fresh.end(), scored_);
    scored_ = members_.size();
    const std::vector<double> hopes = gains(fresh, true);
    std::vector<std::size_t> order(fresh.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return hopes[a] > hopes[b]; });
    std::vector<std::size_t> promising;
    for (std::size_t i = 0; i < std::min(close, order.size()); ++i) promising.push_back(fresh[order[i]]);
    const std::vector<double> exact = gains(promising, false);
    for (std::size_t i = 0; i < promising.size(); ++i) members_[promising[i]].score = exact[i];
  }

  /// The best `count` members; of equal ones the first.
  std::vector<std::size_t> best(std::size_t count) const {
    std::vector<std::size_t> order(members_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return members_[a].score > members_[b].score; });
    order.resize(std::min(count, order.size()));
    return order;
  }

 private:
  struct member {
    genome genes;
    std::vector<double> exact;
    double score;
  };

  std::vector<double> gains(const std::vector<std::size_t> &which, bool at_a_glance) const {
    std::vector<std::vector<double>> codes;
    for (const std::size_t i : which) codes.push_back(in_.code.encode(in_.space, members_[i].genes));
    std::vector<predictions> told(in_.models.size());
    for (std::size_t k = 0; k < told.size(); ++k)
      if (!in_.known_before.exact(k))
        told[k] = at_a_glance ? in_.models[k].model().glance(codes) : in_.models[k].model().predict(codes);
    std::vector<double> result;
    std::vector<belief> point(in_.models.size());
    for (std::size_t c = 0; c < which.size(); ++c) {
      for (std::size_t k = 0; k < point.size(); ++k)
        point[k] = in_.known_before.exact(k) ? belief{in_.scale.to_axis(k, members_[which[c]].exact[k]), 0}
                                             : belief{told[k].mean[c], told[k].sd[c]};
      double gain = expected_ ? in_.results.expected_gain(point) : 0;
      if (!(gain > 0)) gain = in_.results.optimistic_gain(point, weight_);
      result.push_back(gain == gain ? gain : kNotLookedAt);  // a model of absurd values may give none
    }
    return result;
  }

  const pick_inputs &in_;
  double weight_;
  bool expected_;
  std::vector<member> members_;
  std::set<phenotype> met_;
  std::size_t scored_ = 0;
};

/// Non-dominated results, and the next best ones if those are few.
std::vector<std::size_t> parents_of(const pick_inputs &in) {
  std::vector<std::size_t> order(in.ranks.size()), parents;
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return in.ranks[a] < in.ranks[b]; });
  for (const std::size_t i : order)
    if (in.ranks[i] == 0 || parents.size() < kFewestParents) parents.push_back(i);
  return parents;
}

number_mode either_mode(rng &r) { return r.chance(0.5) ? number_mode::uniform : number_mode::local; }

genome child(const pick_inputs &in, const std::vector<std::size_t> &parents, double two_parents, rng &r) {
  const number_mode mode = either_mode(r);
  const std::size_t a = parents[r.below(parents.size())], b = parents[r.below(parents.size())];
  genome g = in.genomes[a];
  if (a != b && r.chance(two_parents)) g = crossover(in.space, g, in.genomes[b], mode, r);
  mutate(in.space, g, mode, 1, r);
  return g;
}

}  // namespace

std::optional<genome> pick(const pick_inputs &in, rng &r) {
  const std::vector<std::size_t> parents = parents_of(in);
  const double weight = r.uniform(kWeightLow, kWeightHigh);
  pool all(in, weight, r.chance(kExpected));
  if (r.chance(kMutationPicks)) {  // no model may talk the search out of these
    for (std::size_t i = 0; i < in.candidates && all.size() == 0; ++i) all.add(child(in, parents, 0, r));
    if (all.size() > 0) return all.genes(0);
    return std::nullopt;
  }
  for (std::size_t i = 0; i < kTries * in.candidates && all.size() < in.candidates; ++i)
    all.add(child(in, parents, kCrossover, r));
  if (all.size() == 0) return std::nullopt;
  for (std::size_t i = 0; i < kImmigrants; ++i) all.add(in.space.random_genome(r));
  all.score(kCloseLooks);
  for (std::size_t round = 0; round < kRounds; ++round) {
    // Evolution by the model's judgement alone: what it thinks best may be many steps away from any result.
    const std::vector<std::size_t> best = all.best(kBreeders);
    for (std::size_t i = 0; i < kBred; ++i) {
      // Of two drawn the better one, so that half of the children are the first few's.
      genome g = all.genes(best[std::min(r.below(best.size()), r.below(best.size()))]);
      mutate(in.space, g, either_mode(r), 1, r);
      all.add(std::move(g));
    }
    all.score(kCloseLooksAgain);
  }
  return all.genes(all.best(1).front());
}

}  // namespace nac::searching

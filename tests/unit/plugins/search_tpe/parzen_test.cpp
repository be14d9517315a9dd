// SPDX-License-Identifier: Apache-2.0
#include "search_tpe/parzen.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "problem_space.hpp"

using namespace nac;
using namespace nac::bench;
using namespace nac::searching;

namespace {

parzen fitted(const space_model &space, const std::vector<std::size_t> &group, const std::vector<genome> &observed) {
  std::vector<const genome *> rows;
  for (const genome &g : observed) rows.push_back(&g);
  return parzen(space, group, rows, std::vector<double>(rows.size(), 1.0));
}

/// Sum (or integral over the unit interval) of the density over every combination of two dimensions.
double total(const space_model &space, const parzen &p, const std::vector<std::size_t> &group) {
  constexpr int kSteps = 400;
  const auto values = [&](std::size_t i) {
    std::vector<double> all;
    if (space.count(i) == 0)
      for (int k = 0; k < kSteps; ++k) all.push_back(space.from_unit(i, (k + 0.5) / kSteps));
    for (uint64_t k = 0; k < space.count(i); ++k) all.push_back(space.value_at(i, k));
    return all;
  };
  double sum = 0;
  genome g(space.size(), 0.0);
  const std::size_t second = group.back();
  for (const double a : values(group.front()))
    for (const double b : group.size() > 1 ? values(second) : std::vector<double>{a}) {
      g[group.front()] = a;
      g[second] = group.size() > 1 ? b : a;
      sum += std::exp(p.log_density(space, g));
    }
  for (const std::size_t i : group) sum /= space.count(i) == 0 ? kSteps : 1;
  return sum;
}

}  // namespace

TEST_CASE("densities of every kind add up to one") {
  const space_model space({number_dimension("x", -2, 5), number_dimension("lr", 1e-6, 1, true),
                           ordered_dimension("w", 7), integer_dimension("n", 0, 200, 2), choice_dimension("c", 4)});
  rng r(1);
  for (const std::size_t n : {0u, 1u, 2u, 5u, 60u}) {
    std::vector<genome> observed;
    for (std::size_t k = 0; k < n; ++k) observed.push_back(space.random_genome(r));
    if (n == 5) observed[1] = observed[0];  // equal observations
    for (const std::vector<std::size_t> &group :
         {std::vector<std::size_t>{0}, {1}, {2}, {3}, {4}, {0, 4}, {1, 2}, {2, 3}, {3, 4}, {0, 1}}) {
      CAPTURE(n, group.front(), group.size());
      CHECK(total(space, fitted(space, group, observed), group) == Approx(1).epsilon(2e-3));
    }
  }
}

TEST_CASE("samples follow the density") {
  const space_model space({ordered_dimension("w", 6), choice_dimension("c", 3), number_dimension("x", 0, 1)});
  const std::vector<genome> observed = {{1, 2, 0.2}, {1, 2, 0.25}, {2, 2, 0.2}, {4, 0, 0.9}};
  const parzen joint = fitted(space, {0, 1}, observed), number = fitted(space, {2}, observed);
  rng r(2);
  constexpr int kDraws = 40000;
  std::vector<double> counts(18, 0.0), bins(10, 0.0), expected_bins(10, 0.0);
  genome g = {0, 0, 0};
  for (int draw = 0; draw < kDraws; ++draw) {
    joint.sample(space, g, r);
    counts[static_cast<std::size_t>(g[0] * 3 + g[1])] += 1.0 / kDraws;
    number.sample(space, g, r);
    bins[std::min<std::size_t>(9, static_cast<std::size_t>(g[2] * 10))] += 1.0 / kDraws;
  }
  for (std::size_t k = 0; k < 18; ++k) {
    g = {static_cast<double>(k / 3), static_cast<double>(k % 3), 0};
    CHECK(counts[k] == Approx(std::exp(joint.log_density(space, g))).margin(0.01));
  }
  for (int k = 0; k < 1000; ++k) {
    g[2] = (k + 0.5) / 1000;
    expected_bins[static_cast<std::size_t>(k / 100)] += std::exp(number.log_density(space, g)) / 1000;
  }
  for (std::size_t k = 0; k < 10; ++k) CHECK(bins[k] == Approx(expected_bins[k]).margin(0.01));
}

TEST_CASE("the density is highest where the observations are, with weights") {
  const space_model space({number_dimension("x", 0, 1), number_dimension("y", 0, 1)});
  const genome a = {0.2, 0.8}, b = {0.7, 0.1};
  const parzen p(space, {0, 1}, {&a, &b}, {1.0, 0.1});
  CHECK(p.log_density(space, a) > p.log_density(space, b));
  CHECK(p.log_density(space, b) > p.log_density(space, {0.2, 0.1}));
}

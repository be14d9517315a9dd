// SPDX-License-Identifier: Apache-2.0
#include "search_tpe/split.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "drive.hpp"
#include "problem_space.hpp"
#include "search_common/pareto.hpp"
#include "search_tpe/groups.hpp"

using namespace nac;
using namespace nac::searching;

TEST_CASE("the best tenth is good, at most 25, results only") {
  std::vector<finished> history;
  CHECK(split(history, 1).indices.empty());
  for (uint64_t i = 0; i < 400; ++i) {
    const bool ok = i % 4 != 0;
    history.push_back({i, ok, {}, ok ? std::vector<double>{static_cast<double>(399 - i)} : std::vector<double>{}});
    const std::size_t results = i + 1 - (i / 4 + 1);
    const good_trials good = split(history, 1);
    REQUIRE(good.indices.size() == std::min<std::size_t>(25, (results + 9) / 10));
    if (!good.indices.empty()) REQUIRE(good.indices.back() == (ok ? i : i - 1));  // later ones are better here
  }
}

TEST_CASE("with several objectives the first front is good before the second") {
  rng r(3);
  for (const std::size_t m : {2u, 3u, 5u}) {
    std::vector<finished> history;
    std::vector<double> rows;
    for (uint64_t i = 0; i < 200; ++i) {
      finished f{i, true, {}, {}};
      for (std::size_t k = 0; k < m; ++k) f.objectives.push_back(r.uniform());
      rows.insert(rows.end(), f.objectives.begin(), f.objectives.end());
      history.push_back(f);
    }
    const good_trials good = split(history, m);
    REQUIRE(good.indices.size() == 20);
    REQUIRE(good.weights.size() == 20);
    const std::vector<uint32_t> ranks = nondominated_ranks(rows, m);
    uint32_t worst_good = 0, best_rest = UINT32_MAX;
    const std::set<std::size_t> chosen(good.indices.begin(), good.indices.end());
    for (std::size_t i = 0; i < 200; ++i)
      if (chosen.count(i) != 0)
        worst_good = std::max(worst_good, ranks[i]);
      else
        best_rest = std::min(best_rest, ranks[i]);
    CHECK(chosen.size() == 20);
    CHECK(worst_good <= best_rest);
    for (const double w : good.weights) CHECK((w > 0 && w <= 1));
  }
}

TEST_CASE("a front that does not fit is thinned by hypervolume") {
  // 30 points on a line: the three chosen ones must be spread, not the first three.
  std::vector<finished> history;
  for (uint64_t i = 0; i < 30; ++i)
    history.push_back({i, true, {}, {static_cast<double>(i), static_cast<double>(29 - i)}});
  const good_trials good = split(history, 2);
  REQUIRE(good.indices.size() == 3);
  CHECK(good.indices[0] < 10);
  CHECK(good.indices[1] >= 10);
  CHECK(good.indices[1] < 20);
  CHECK(good.indices[2] >= 20);
}

TEST_CASE("old trials of the rest fade") {
  CHECK(recency_weights(25) == std::vector<double>(25, 1.0));
  const std::vector<double> w = recency_weights(100);
  CHECK(w[0] == Approx(0.01));
  CHECK(w[74] == Approx(1));
  CHECK(w[99] == 1);
  CHECK(std::is_sorted(w.begin(), w.end()));
}

TEST_CASE("groups hold what is active together") {
  const space_model space(testing::small_tree());
  using groups = std::vector<std::vector<std::size_t>>;
  CHECK(activation_groups(space, true) == groups{{0}, {1, 2}, {3, 4}, {5}});
  CHECK(activation_groups(space, false) == groups{{0}, {1}, {2}, {3}, {4}, {5}});
  CHECK(activation_groups(space_model({bench::choice_dimension("one", 1)}), true).empty());
}

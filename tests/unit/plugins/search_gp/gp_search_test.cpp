// SPDX-License-Identifier: Apache-2.0
//
// What gp promises beyond the protocol that tests/unit/plugins/search_common checks for every strategy.
#include "search_gp/gp_search.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "known_costs.hpp"
#include "problem_space.hpp"

using namespace nac;
using namespace nac::testing;
using namespace nac::searching;

namespace {

search_setup setup_for(const bench::problem &p, std::shared_ptr<const candidate_source> source, uint64_t seed = 1) {
  return {static_cast<uint32_t>(p.objectives), seed, 200, 4, std::move(source)};
}

/// Asks and tells `count` trials from `first` on, at most four open; the canonical genomes.
std::vector<genome> drive(search &s, const bench::problem &p, uint64_t first, uint64_t count) {
  std::vector<genome> asked;
  for (uint64_t i = 0; i < count; ++i) {
    genome g;
    REQUIRE(s.ask(first + i, g) == ask_outcome::proposed);
    asked.push_back(g);
    if (i >= 3) s.tell({first + i - 3, NAC_OK, asked[i - 3], p.evaluate(asked[i - 3])});
  }
  for (uint64_t i = count - 3; i < count; ++i) s.tell({first + i, NAC_OK, asked[i], p.evaluate(asked[i])});
  return asked;
}

std::vector<std::string> texts(const std::vector<genome> &all) {
  std::vector<std::string> result;
  for (const genome &g : all) result.push_back(text_of(g));
  return result;
}

}  // namespace

TEST_CASE("with the host's answers it never asks for what is infeasible or a network that was tried") {
  const bench::problem p = bench::braggtoy();
  const auto source = costs_of(p);
  source->feasible = [](const std::vector<double> &g) { return g[0] != 3 && g[1] != 1; };
  source->ignored = 0;  // width of the projection: two candidates that differ there only are one network
  const screen known(source, 2);
  const space_model space(p.space);
  gp_search s{gp_options{}};
  s.start(p.space, setup_for(p, source));
  std::set<phenotype> networks;
  for (const genome &g : drive(s, p, 0, 120)) {
    const screened found = known(space, g);
    CHECK(found.feasible);
    CHECK(networks.insert(found.network).second);
  }
}

TEST_CASE("saved and loaded it asks the same, with the host's answers and above the model's limit") {
  const bench::problem p = bench::braggtoy();
  for (const bool answers : {true, false}) {
    const auto source = answers ? costs_of(p) : nullptr;
    const gp_options options{16, 60, 50};
    gp_search straight{options};
    straight.start(p.space, setup_for(p, source));
    std::vector<std::string> expected, found;
    std::string state;
    uint64_t told = 0;
    std::unique_ptr<gp_search> other;
    for (uint64_t first : {0u, 10u, 20u, 45u, 60u, 75u, 90u}) {
      other = std::make_unique<gp_search>(options);
      other->start(p.space, setup_for(p, source));
      if (first > 0) other->load(straight.save());
      const uint64_t count = first < 20 ? 10 : first == 20 ? 25 : 15;
      CAPTURE(answers, first);
      CHECK(texts(drive(straight, p, first, count)) == texts(drive(*other, p, first, count)));
      CHECK(straight.save() == other->save());
      told += count;
    }
    CHECK(told == 105);
  }
}

TEST_CASE("a state is of one set of answers") {
  const bench::problem p = bench::nascat();
  gp_search with{gp_options{}}, without{gp_options{}};
  with.start(p.space, setup_for(p, costs_of(p)));
  without.start(p.space, setup_for(p, nullptr));
  CHECK_THROWS_WITH(without.load(with.save()), Catch::Contains("belongs to another"));
}

TEST_CASE("results it never asked for replace the start") {
  const bench::problem p = bench::nascat();
  const auto source = costs_of(p);
  gp_search donor{gp_options{}}, s{gp_options{}};
  donor.start(p.space, setup_for(p, source, 7));
  s.start(p.space, setup_for(p, source));
  const std::vector<genome> earlier = drive(donor, p, 0, 60);
  for (uint64_t i = 0; i < earlier.size(); ++i) s.tell({5000 + i, NAC_OK, earlier[i], p.evaluate(earlier[i])});
  double best = 1e9, best_before = 1e9;
  // A weighted sum, as a yardstick: the very first candidates have to be on the level of the earlier study.
  const auto worth = [&](const genome &g) { return p.evaluate(g)[0] / 1000 + p.evaluate(g)[1] / 14; };
  for (const genome &g : earlier) best_before = std::min(best_before, worth(g));
  const std::vector<std::string> known = texts(earlier);
  for (const genome &g : drive(s, p, 0, 10)) {
    best = std::min(best, worth(g));
    CHECK(std::find(known.begin(), known.end(), text_of(g)) == known.end());
  }
  CHECK(best < 1.05 * best_before);
}

TEST_CASE("all objectives exact, none, one alone, three: it works") {
  const bench::problem three = weighted({bench::ordered_dimension("a", 9), bench::choice_dimension("b", 5),
                                         bench::number_dimension("x", 0, 1), bench::integer_dimension("n", 0, 50)},
                                        3);
  for (const uint64_t exact : {0u, 1u, 4u, 6u, 7u}) {
    CAPTURE(exact);
    gp_search s{gp_options{16, 60, 60}};
    s.start(three.space, setup_for(three, costs_of(three, exact)));
    drive(s, three, 0, 40);
  }
  const bench::problem one = bench::mixcond();
  for (const uint64_t exact : {0u, 1u}) {
    gp_search s{gp_options{}};
    s.start(one.space, setup_for(one, costs_of(one, exact)));
    double best = 1;
    for (const genome &g : drive(s, one, 0, 60)) best = std::min(best, one.evaluate(g)[0]);
    CHECK(best < 0.12);
  }
}

TEST_CASE("a network that cannot be measured is avoided, a wrong question is not hidden") {
  struct broken : candidate_source {
    nac_status status = NAC_INTERNAL;
    uint64_t exact() const override { return 0; }
    candidate evaluate(const std::vector<double> &) const override { throw failure(status, "no answer"); }
  };
  const bench::problem p = bench::nascat();
  const auto source = std::make_shared<broken>();
  gp_search s{gp_options{}};
  s.start(p.space, setup_for(p, source));
  genome g;
  CHECK(s.ask(0, g) == ask_outcome::proposed);  // nothing can be measured: then anything may be tried
  source->status = NAC_INVALID_ARGUMENT;
  CHECK_THROWS_WITH(s.ask(1, g), Catch::Contains("no answer"));
}

TEST_CASE("options out of range are refused by name") {
  CHECK_THROWS_WITH(gp_search(gp_options{1, 300, 500}), Catch::Contains("'initial' is 1"));
  CHECK_THROWS_WITH(gp_search(gp_options{0, 3, 500}), Catch::Contains("'candidates' is 3"));
  CHECK_THROWS_WITH(gp_search(gp_options{0, 300, 9}), Catch::Contains("'points' is 9"));
}

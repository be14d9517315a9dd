// SPDX-License-Identifier: Apache-2.0
//
// Saving and loading at any moment changes nothing; bytes from anywhere else change nothing either.
#include <catch2/catch.hpp>
#include <cmath>
#include <map>

#include "drive.hpp"
#include "problem_space.hpp"
#include "search_common/state_text.hpp"

using namespace nac;
using namespace nac::testing;
using searching::genome;

namespace {

constexpr uint32_t kLookahead = 6;

/// A study that can be stopped between any two calls: told and asked move on their own, decided by a random stream.
struct study {
  bench::problem p;
  std::unique_ptr<search> s;
  rng decisions{77};
  std::map<uint64_t, genome> open;
  uint64_t next = 0;
  std::vector<std::string> asked;

  study(bench::problem problem, const maker &make) : p(std::move(problem)), s(make()) {
    s->start(p.space, {static_cast<uint32_t>(p.objectives), 9, 500, kLookahead});
  }
  void step() {
    if (open.empty() || (open.size() < kLookahead && decisions.chance(0.5))) {
      genome g;
      REQUIRE(s->ask(next, g) == ask_outcome::proposed);
      asked.push_back(text_of(g));
      open[next++] = g;
      return;
    }
    auto picked = open.begin();
    std::advance(picked, static_cast<std::ptrdiff_t>(decisions.below(open.size())));
    const bool fails = decisions.chance(0.1);
    s->tell({picked->first, fails ? NAC_INFEASIBLE : NAC_OK, picked->second,
             fails ? std::vector<double>() : p.evaluate(picked->second)});
    open.erase(picked);
  }
};

void reload(study &st, const maker &make) {
  const std::string state = st.s->save();
  auto fresh = make();
  fresh->start(st.p.space, {static_cast<uint32_t>(st.p.objectives), 9, 500, kLookahead});
  fresh->load(state);
  REQUIRE(fresh->save() == state);
  st.s = std::move(fresh);
}

std::string with_checksum(std::string body) {
  uint64_t h = 0xCBF29CE484222325u;  // FNV-1a, as the format's description says
  for (const char c : body) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
  char hex[20];
  std::snprintf(hex, sizeof hex, "%016llx\n", static_cast<unsigned long long>(h));
  return body + hex;
}

void check_refused(search &s, const std::string &state, const std::string &before) {
  bool refused = false;
  try {
    s.load(state);
  } catch (const failure &f) {
    refused = f.status() == NAC_DATA_LOSS || f.status() == NAC_INVALID_ARGUMENT;
    CHECK(std::string(f.what()).size() > 10);
  }
  REQUIRE(refused);
  REQUIRE(s.save() == before);
}

}  // namespace

TEST_CASE("a search continues identically after save and load at random moments") {
  for (const named_maker &m : all_strategies())
    for (const bench::problem &p : {bench::braggtoy(), bench::zdt(4), bench::mixcond()}) {
      CAPTURE(m.name, p.name);
      study straight(p, m.make), interrupted(p, m.make);
      rng moments(5);
      for (int step = 0; step < 360; ++step) {
        straight.step();
        interrupted.step();
        if (moments.chance(0.05)) reload(interrupted, m.make);
      }
      CHECK(straight.asked == interrupted.asked);
      CHECK(straight.s->save() == interrupted.s->save());
    }
}

TEST_CASE("damaged, truncated and random states are refused and leave the search as it was") {
  for (const named_maker &m : all_strategies()) {
    CAPTURE(m.name);
    study st(bench::mixcond(), m.make);
    for (int step = 0; step < 70; ++step) st.step();
    const std::string good = st.s->save();
    rng r(31);
    for (int round = 0; round < 300; ++round) {
      std::string bad = good.substr(0, r.below(good.size()));
      check_refused(*st.s, bad, good);
      bad = good;
      bad[r.below(bad.size())] ^= static_cast<char>(1 + r.below(255));
      check_refused(*st.s, bad, good);
      bad.assign(r.below(300), '\0');
      for (char &c : bad) c = static_cast<char>(r.below(256));
      check_refused(*st.s, round % 2 == 0 ? bad : "nac-search-state 1 " + m.name + " " + bad, good);
      check_refused(*st.s, with_checksum("nac-search-state 1 " + m.name + " " + bad + "\nend "), good);
    }
    for (int step = 0; step < 40; ++step) st.step();
  }
}

TEST_CASE("states with a right checksum and wrong content are refused or harmless") {
  for (const named_maker &m : all_strategies()) {
    CAPTURE(m.name);
    study st(bench::mixcond(), m.make);
    for (int step = 0; step < 70; ++step) st.step();
    const std::string good = st.s->save();
    const std::string body = good.substr(0, good.size() - 17);
    const std::size_t header = body.find('\n');
    rng r(32);
    int refused = 0;
    for (int round = 0; round < 1000; ++round) {
      std::string bad = body;
      const std::size_t at = header + r.below(body.size() - 5 - header);
      const char digits[] = "0123456789abcdef \n";
      if (round % 3 == 0)
        bad.erase(at, 1 + r.below(40));
      else
        bad[at] = digits[r.below(sizeof digits - 1)];
      if (!bad.ends_with("\nend ")) continue;
      auto victim = m.make();
      victim->start(st.p.space, {1, 9, 500, kLookahead});
      try {
        victim->load(with_checksum(bad));
      } catch (const failure &) {
        ++refused;
        continue;
      }
      // Another legal value cannot be told from the right one; the search must then work with it.
      for (uint64_t trial = 100000; trial < 100004; ++trial) {
        genome g;
        REQUIRE(victim->ask(trial, g) == ask_outcome::proposed);
        victim->tell({trial, NAC_OK, g, st.p.evaluate(g)});
      }
    }
    CHECK(refused > 300);
  }
}

TEST_CASE("states of other strategies, spaces, seeds and objectives are refused") {
  const std::vector<named_maker> all = all_strategies();
  for (const named_maker &m : all) {
    CAPTURE(m.name);
    study st(bench::mixcond(), m.make);
    for (int step = 0; step < 60; ++step) st.step();
    const std::string good = st.s->save();
    const auto refuses = [&](const maker &make, const bench::problem &p, uint32_t objectives, uint64_t seed) {
      const auto s = make();
      s->start(p.space, {objectives, seed, 500, kLookahead});
      check_refused(*s, good, s->save());
    };
    for (const named_maker &other : all)
      if (other.name != m.name) refuses(other.make, bench::mixcond(), 1, 9);
    refuses(m.make, bench::braggtoy(), 1, 9);
    refuses(m.make, bench::mixcond(), 2, 9);
    refuses(m.make, bench::mixcond(), 1, 10);
    const auto same = m.make();
    same->start(st.p.space, {1, 9, 800, 2});  // a larger budget or another lookahead may go on
    CHECK_NOTHROW(same->load(good));
  }
}

// SPDX-License-Identifier: Apache-2.0
#include "plugin/search_proxy.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "base/error.hpp"
#include "fixtures.hpp"
#include "nac/search.h"

using namespace nac::fw;
using Catch::Matchers::Contains;

namespace {

Space three() {
  Space s;
  s.add_integer("i", 0, 2, 1);
  return s;
}

struct Rogue {
  Registry registry{test::only({test::good("rogue-search")})};
  const PluginObject &object = registry.find(NAC_KIND_SEARCH, "rogue-search");
  Space space = three();
  SearchProxy make(const std::string &fault = "none") const {
    SearchProxy::Setup setup;
    setup.objectives = 2;
    return SearchProxy(object, test::fault(object, fault), space, setup);
  }
};

}  // namespace

TEST_CASE("a search proposes, is told, and says when the space is exhausted") {
  const Rogue rogue;
  SearchProxy search = rogue.make();
  Point point(rogue.space);
  for (int i = 0; i < 3; ++i) {
    REQUIRE(search.ask(static_cast<uint64_t>(i), point) == AskOutcome::proposed);
    CHECK(point.canonical() == "i=" + std::to_string(i));
    search.tell(static_cast<uint64_t>(i), NAC_OK, point, {1.0, 2.0});
  }
  search.tell(3, NAC_INFEASIBLE, point, {});
  CHECK(search.ask(4, point) == AskOutcome::exhausted);
  CHECK(search.save() == "3 3");
  Point again(rogue.space);
  search.load("1 0");
  CHECK(search.ask(5, again) == AskOutcome::proposed);
  CHECK(again.get(0) == 1);
  CHECK_THROWS_WITH(search.load("garbage"), Contains("plugin org.example.rogue-search 0.1.0: load: this is no state"));
}

TEST_CASE("what a search may not do is its defect, and the point stays as it was") {
  const Rogue rogue;
  Point point(rogue.space);
  point.set(0, 2);
  const auto ask = [&](const char *fault) { return rogue.make(fault).ask(7, point); };
  CHECK(ask("ask-waits") == AskOutcome::wait_for_tell);
  CHECK_THROWS_WITH(ask("ask-nothing"),
                    Contains("ask(trial 7): ") && Contains("no value for dimension 'i'") && Contains("defect"));
  CHECK_THROWS_WITH(ask("ask-outside"), Contains("99 is not accepted"));
  CHECK_THROWS_WITH(ask("ask-throws"), Contains("lost the thread"));
  CHECK_THROWS_WITH(ask("ask-no-memory"), Contains("out of memory"));  // and not "exhausted"
  CHECK(point.get(0) == 2);
  CHECK_THROWS_WITH(rogue.make("start-fails"), Contains("start: only one objective, not 2"));
  CHECK_THROWS_WITH(rogue.make("tell-fails").tell(1, NAC_OK, point, {1, 2}), Contains("tell(trial 1): did not want"));
}

TEST_CASE("the host's own mistakes are caught before they reach the plugin") {
  const Rogue rogue;
  SearchProxy search = rogue.make();
  Point point(rogue.space);
  point.set(0, 0);
  CHECK_THROWS_WITH(search.tell(1, NAC_OK, point, {1.0}), Contains("1 objectives"));
  CHECK_THROWS_WITH(search.tell(1, NAC_INFEASIBLE, point, {1.0, 2.0}), Contains("2 objectives"));
  CHECK_THROWS_WITH(search.tell(1, NAC_OK, point, {1.0, NAN}), Contains("objective nan"));
  const Space other = three();
  Point foreign(other);
  CHECK_THROWS_WITH(search.ask(1, foreign), Contains("another space"));
}

TEST_CASE("a search asks the host about candidates, unless its library takes one call at a time") {
  struct Answers final : Candidates {
    uint32_t objective_count() const override { return 2; }
    uint64_t exact() const override { return 2; }
    Answer evaluate(const std::vector<double> &values) const override {
      if (values.at(0) == 1) throw Error("too wide", NAC_INFEASIBLE);
      if (values.at(0) == 2) throw Error("the builder is broken");
      if (values.at(0) == 3) throw Error("3 is not accepted", NAC_INVALID_ARGUMENT);
      return {{NAN, 7.5}, {1, 99}};
    }
  } answers;
  const Rogue rogue;
  SearchProxy::Setup setup;
  setup.objectives = 2;
  const PluginObject &serial = rogue.registry.find(NAC_KIND_SEARCH, "serial-search");
  const auto told = [&](const PluginObject &object) {
    return SearchProxy(object, test::fault(object, "asks-host"), rogue.space, setup).save();
  };
  CHECK(told(rogue.object) == "no host to ask");
  setup.candidates = &answers;
  CHECK(told(rogue.object) == "exact 2; 7.500000 99; never; the builder is broken; 3 is not accepted");
  CHECK(told(serial) == "no host to ask");
}

// SPDX-License-Identifier: Apache-2.0
//
// [search.quantize], and what does not go with it.
#include <catch2/catch.hpp>

#include "manifest/load.hpp"
#include "manifest/searched_values.hpp"

using namespace nac::fw;
using Catch::Matchers::Contains;

namespace {

const std::string kHead = "[experiment]\nname = \"demo\"\n[task]\nplugin = \"jets\"\n[search]\n";
const std::string kQuantize = "[search.quantize]\nplugin = \"qat\"\nbits = [8, 4]\nepochs = 0\n";

struct Loaded {
  Experiment experiment;
  std::vector<std::string> problems;
};

Loaded load(const std::string &text) {
  ManifestDocument d(kHead + text, "m.toml", {});
  Loaded l;
  l.experiment = read_experiment(d, "/base");
  if (l.experiment.hardware) l.experiment.hardware->quantities = {{"hls.lut", "", -1, false}};
  TaskInfo task;
  task.metrics = {{"accuracy", "", "", 1}};
  check_names(d, l.experiment, task);
  for (const ManifestProblem &p : d.problems()) l.problems.push_back(p.text());
  return l;
}
std::string problem_of(const std::string &text) {
  const Loaded l = load(text);
  for (const std::string &p : l.problems) UNSCOPED_INFO(p);
  REQUIRE(l.problems.size() == 1);
  return l.problems.front();
}

}  // namespace

TEST_CASE("[search.quantize] has what is searched and what is not") {
  const Loaded l = load(kQuantize);
  for (const std::string &p : l.problems) UNSCOPED_INFO(p);
  REQUIRE(l.problems.empty());
  REQUIRE(l.experiment.search->quantize);
  const SearchedParameters &s = *l.experiment.search->quantize;
  CHECK(s.choice.plugin == "qat");
  CHECK(std::get<int64_t>(s.choice.parameters.at("epochs")) == 0);
  CHECK(s.choice.parameters.size() == 1);
  CHECK(s.values.at("bits").size() == 2);
  CHECK(s.values.size() == 1);
  CHECK_FALSE(load("trials = 3\n").experiment.search->quantize);
}

TEST_CASE("Networks that the search quantizes become projects without [[compress]]") {
  CHECK(load(kQuantize + "[hardware]\n").problems.empty());
  CHECK_THAT(problem_of("[hardware]\n"), Contains("no [search.quantize]"));
}

TEST_CASE("What [search.quantize] cannot mean") {
  CHECK_THAT(problem_of("quantize = 4\n"), Contains("must be a table"));
  CHECK_THAT(problem_of("[search.quantize]\nbits = 4\n"), Contains("needs the key 'plugin'"));
  CHECK_THAT(problem_of(kQuantize + "[[compress]]\nplugin = \"qat\"\n"), Contains("cannot be quantized again"));
  CHECK_THAT(problem_of(kQuantize + "[tune]\n"), Contains("[tune] trains networks in float"));
}

TEST_CASE("A dimension is a list of different values that the parameter takes") {
  const nac_param bits{sizeof(nac_param), NAC_PARAM_INTEGER, "bits", "", nullptr, "8", "[2, 32]"};
  const nac_param *const params[] = {&bits};
  nac_descriptor descriptor{};
  descriptor.id = "org.example.pass";
  descriptor.params = params;
  descriptor.param_count = 1;
  const auto checked = [&](const std::string &name, std::vector<ConfigValue> values, std::string &problem) {
    ManifestDocument d(kHead, "m.toml", {});
    const bool good = check_dimension(d, "search.quantize." + name, descriptor, name, values);
    problem = d.problems().empty() ? "" : d.problems().front().text();
    CHECK(good == problem.empty());
    return values;
  };
  std::string problem;
  const auto sorted = checked("bits", {int64_t{8}, int64_t{4}}, problem);
  CHECK(std::get<int64_t>(sorted.front()) == 4);
  checked("bits", {int64_t{4}, int64_t{4}}, problem);
  CHECK_THAT(problem, Contains("twice"));
  checked("bits", {int64_t{1}}, problem);
  CHECK_THAT(problem, Contains("between 2 and 32"));
  checked("bits", {}, problem);
  CHECK_THAT(problem, Contains("empty list"));
  checked("bit", {int64_t{4}}, problem);
  CHECK_THAT(problem, Contains("has no parameter 'bit'") && Contains("bits"));
}

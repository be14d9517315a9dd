// SPDX-License-Identifier: Apache-2.0
#include "services/config.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "base/error.hpp"
#include "nac/cpp/plugin.hpp"

using namespace nac::fw;
using Catch::Matchers::Contains;

namespace {

constexpr nac_param kBins = nac::parameter(NAC_PARAM_INTEGER, "bins", "histogram bins", "10", "[1, 1000]");
constexpr nac_param kRate = nac::parameter(NAC_PARAM_NUMBER, "rate", "learning rate", "0.5", "(0, inf)", "1/s");
constexpr nac_param kMode = nac::parameter(NAC_PARAM_TEXT, "mode", "how", "\"adam\"", "{adam, sgd}");
constexpr nac_param kWeights = nac::parameter(NAC_PARAM_NUMBERS, "weights", "one per class", "[1, 2]", "[0, 5]");
constexpr nac_param kFast = nac::parameter(NAC_PARAM_BOOLEAN, "fast", "hurry", "false");
constexpr nac_param kData = nac::parameter(NAC_PARAM_PATH, "data", "where");
const nac_param *const kParams[] = {&kBins, &kRate, &kMode, &kWeights, &kFast, &kData};
const nac_descriptor kDescriptor =
    nac::describe("nac.task/1", "org.example.t", "T", "me", "1.0.0", "Apache-2.0", "a test", kParams);

std::string problem(const std::map<std::string, ConfigValue> &given) {
  const auto all = Config::problems(kDescriptor, given);
  REQUIRE(all.size() == 1);
  return all[0].message;
}

}  // namespace

TEST_CASE("defaults fill what was not given") {
  const Config c(kDescriptor, {{"bins", int64_t{20}}});
  CHECK(std::get<int64_t>(c.values().at("bins")) == 20);
  CHECK(std::get<double>(c.values().at("rate")) == 0.5);
  CHECK(std::get<std::string>(c.values().at("mode")) == "adam");
  CHECK(std::get<std::vector<double>>(c.values().at("weights")) == std::vector<double>{1, 2});
  CHECK_FALSE(std::get<bool>(c.values().at("fast")));
  CHECK(c.values().count("data") == 0);
  CHECK(c.param("bins") == &kBins);
  CHECK(c.param("bons") == nullptr);
}

TEST_CASE("a number accepts an integer and keeps it as a number") {
  const Config c(kDescriptor, {{"rate", int64_t{3}}});
  CHECK(std::get<double>(c.values().at("rate")) == 3.0);
}

TEST_CASE("each wrong value says what was found and what is accepted") {
  CHECK_THAT(problem({{"bins", 8.0}}), Contains("8.0 is not accepted") && Contains("an integer"));
  CHECK_THAT(problem({{"bins", int64_t{0}}}), Contains("0 is out of range") && Contains("between 1 and 1000"));
  CHECK_THAT(problem({{"rate", 0.0}}), Contains("above 0") && Contains("1/s"));
  CHECK_THAT(problem({{"rate", INFINITY}}), Contains("inf is out of range"));
  CHECK_THAT(problem({{"rate", NAN}}), Contains("nan is not a number"));
  CHECK_THAT(problem({{"mode", std::string("sdg")}}), Contains("'adam' and 'sgd'") && Contains("did you mean 'sgd'"));
  CHECK_THAT(problem({{"weights", std::vector<double>{1, 6}}}), Contains("[1.0, 6.0]") && Contains("each value"));
  CHECK_THAT(problem({{"fast", int64_t{1}}}), Contains("true or false"));
  CHECK_THAT(problem({{"data", false}}), Contains("a path in quotes"));
  CHECK_THAT(problem({{"bin", int64_t{1}}}), Contains("no parameter 'bin'") && Contains("did you mean 'bins'"));
}

TEST_CASE("all problems are reported at once, the constructor throws the first") {
  const std::map<std::string, ConfigValue> given{{"bins", true}, {"rate", -1.0}, {"zzz", true}};
  const auto all = Config::problems(kDescriptor, given);
  REQUIRE(all.size() == 3);
  CHECK(all[0].key == "zzz");
  CHECK(all[1].key == "bins");
  CHECK(all[2].key == "rate");
  CHECK_THROWS_AS(Config(kDescriptor, given), UsageError);
}

TEST_CASE("a default out of range is the plugin's defect") {
  static constexpr nac_param bad = nac::parameter(NAC_PARAM_INTEGER, "n", "", "0", "[1, 2]");
  static const nac_param *const params[] = {&bad};
  const nac_descriptor d = nac::describe("nac.task/1", "a.b", "", "", "1.0.0", "", "", params);
  const auto all = Config::problems(d, {});
  REQUIRE(all.size() == 1);
  CHECK_THAT(all[0].message, Contains("defect of the plugin"));
  CHECK(Config::problems(d, {{"n", int64_t{2}}}).empty());
}

TEST_CASE("values are parsed and printed as TOML") {
  CHECK(std::get<int64_t>(Config::parse("8")) == 8);
  CHECK(std::get<double>(Config::parse("5e-1")) == 0.5);
  CHECK(std::get<bool>(Config::parse("true")));
  CHECK(std::get<std::string>(Config::parse("\"a\\nb\"")) == "a\nb");
  CHECK(std::get<std::vector<double>>(Config::parse("[1, 2.5]")) == std::vector<double>{1, 2.5});
  CHECK(std::get<std::vector<double>>(Config::parse("[]")).empty());
  CHECK_THROWS_AS(Config::parse("adam"), UsageError);
  CHECK_THROWS_AS(Config::parse(""), UsageError);
  CHECK_THROWS_WITH(Config::parse("1\nother = 2"), Contains("several lines"));
  CHECK_THROWS_WITH(Config::parse("[\"a\"]"), Contains("numbers only"));
  CHECK_THROWS_WITH(Config::parse("1979-05-27"), Contains("is no value"));
  for (const ConfigValue &value :
       {ConfigValue(true), ConfigValue(int64_t{-3}), ConfigValue(0.1), ConfigValue(1e300),
        ConfigValue(std::string("a\"\\\n\t\x01 \xc3\xa9")), ConfigValue(std::vector<double>{1, 0.5})})
    CHECK(Config::parse(to_toml(value)) == value);
}

TEST_CASE("the config service is typed") {
  const Config config(kDescriptor, {{"data", std::string("/x")}});
  const nac_config *c = to_abi(&config);
  const nac_config_service &t = config_service();
  int64_t i = 0;
  double d = 0;
  bool b = true;
  nac_str s{};
  CHECK(t.integer(c, "bins", &i) == NAC_OK);
  CHECK(i == 10);
  CHECK(t.number(c, "bins", &d) == NAC_OK);
  CHECK(d == 10);
  CHECK(t.number(c, "rate", &d) == NAC_OK);
  CHECK(d == 0.5);
  CHECK(t.integer(c, "rate", &i) == NAC_INVALID_ARGUMENT);
  CHECK(t.boolean(c, "fast", &b) == NAC_OK);
  CHECK_FALSE(b);
  CHECK(t.text(c, "mode", &s) == NAC_OK);
  CHECK(std::string(s.data, s.size) == "adam");
  CHECK(t.text(c, "data", &s) == NAC_OK);
  CHECK(t.text(c, "bins", &s) == NAC_INVALID_ARGUMENT);
  CHECK(t.text(c, "none", &s) == NAC_NOT_FOUND);
  CHECK(t.text(c, nullptr, &s) == NAC_INVALID_ARGUMENT);
  CHECK(t.number(c, "rate", nullptr) == NAC_INVALID_ARGUMENT);
  CHECK(t.number(c, "mode", &d) == NAC_INVALID_ARGUMENT);
  double list[2] = {0, 0};
  uint32_t count = 0;
  CHECK(t.numbers(c, "weights", nullptr, &count) == NAC_RESOURCE_EXHAUSTED);
  CHECK(count == 2);
  count = 1;
  CHECK(t.numbers(c, "weights", list, &count) == NAC_RESOURCE_EXHAUSTED);
  CHECK(list[0] == 0);
  CHECK(t.numbers(c, "weights", list, &count) == NAC_OK);
  CHECK((list[0] == 1 && list[1] == 2));
}

// SPDX-License-Identifier: Apache-2.0
#include "pipeline/local/chains.hpp"

#include <catch2/catch.hpp>

using namespace nac::fw;

namespace {

CompressPass pass(const std::string &plugin, std::map<std::string, std::vector<ConfigValue>> grid) {
  CompressPass p;
  p.pass.plugin = plugin;
  p.pass.parameters["epochs"] = int64_t{3};
  p.grid = std::move(grid);
  return p;
}
const std::vector<ConfigValue> kBits{int64_t{4}, int64_t{8}, int64_t{32}};
const std::vector<ConfigValue> kScores{std::string("lamp"), std::string("magnitude")};

}  // namespace

TEST_CASE("Without lists there is one chain, with the passes as they are") {
  const auto chains = expand_chains({pass("qat", {}), pass("prune", {})}, {});
  REQUIRE(chains.size() == 1);
  CHECK(chains[0].name == "{}");
  REQUIRE(chains[0].passes.size() == 2);
  CHECK(chains[0].passes[1].plugin == "prune");
  CHECK(std::get<int64_t>(chains[0].passes[0].parameters.at("epochs")) == 3);
  CHECK_FALSE(chains[0].warm_from);
}

TEST_CASE("Lists multiply, and bits go from many to few, each from the one before") {
  const auto chains = expand_chains({pass("qat", {{"bits", kBits}}), pass("prune", {{"score", kScores}})}, {});
  REQUIRE(chains.size() == 6);
  std::vector<std::string> names;
  for (const Chain &c : chains) names.push_back(c.name);
  CHECK(names == std::vector<std::string>{R"({"bits":32,"score":"lamp"})", R"({"bits":32,"score":"magnitude"})",
                                          R"({"bits":8,"score":"lamp"})", R"({"bits":8,"score":"magnitude"})",
                                          R"({"bits":4,"score":"lamp"})", R"({"bits":4,"score":"magnitude"})"});
  CHECK_FALSE(chains[0].warm_from);
  CHECK_FALSE(chains[1].warm_from);
  CHECK(chains[2].warm_from == 0);
  CHECK(chains[3].warm_from == 1);
  CHECK(chains[4].warm_from == 2);
  CHECK(chains[5].warm_from == 3);
  CHECK(std::get<int64_t>(chains[4].passes[0].parameters.at("bits")) == 4);
  CHECK(std::get<std::string>(chains[5].passes[1].parameters.at("score")) == "magnitude");
}

TEST_CASE("Without warm start chains keep the order of the lists and start alone") {
  CompressionStage stage;
  stage.warm_start = false;
  const auto chains = expand_chains({pass("qat", {{"bits", kBits}})}, stage);
  REQUIRE(chains.size() == 3);
  CHECK(chains[0].name == R"({"bits":4})");
  for (const Chain &c : chains) CHECK_FALSE(c.warm_from);
}

TEST_CASE("A name that two passes give is told apart, and the full grid goes to those that know it") {
  CompressionStage stage;
  stage.full_grid = true;
  CompressPass prune = pass("prune", {{"epochs", {int64_t{1}, int64_t{2}}}});
  prune.takes_full_grid = true;
  const auto chains = expand_chains({pass("qat", {{"epochs", {int64_t{5}, int64_t{6}}}}), prune}, stage);
  REQUIRE(chains.size() == 4);
  CHECK(chains[1].name == R"({"prune.epochs":2,"qat.epochs":5})");
  CHECK(chains[0].passes[0].parameters.count("full_grid") == 0);
  CHECK(std::get<bool>(chains[0].passes[1].parameters.at("full_grid")));
}

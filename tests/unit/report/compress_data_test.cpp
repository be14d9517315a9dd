// SPDX-License-Identifier: Apache-2.0
#include "report/compress_data.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "compress_sample.hpp"

using namespace nac::fw;

TEST_CASE("Steps are grouped by network and chain") {
  const std::vector<CompressNetwork> networks = compress_networks(compress_sample());
  REQUIRE(networks.size() == 2);
  CHECK(networks[0].trial == 0);
  CHECK(networks[1].trial == 1);
  REQUIRE(networks[1].chains.size() == 2);
  CHECK(networks[1].chains[0].label == "8 bits");
  CHECK(networks[1].chains[1].bits == 4);
  REQUIRE(networks[1].chains[0].points.size() == 3);
  for (int i = 0; i < 3; ++i) CHECK(networks[1].chains[0].points[i].row.position == i);
  CHECK(networks[1].chains[0].points[2].sparsity == 0.9);
  CHECK_FALSE(networks[1].chains[1].points[1].kept());
  CHECK(networks[0].chains[0].points[1].bits == 8);  // of the chain: the failed step has no metrics
  CHECK_FALSE(networks[0].chains[0].points[1].sparsity);
  CHECK(compress_networks({}).empty());
}

TEST_CASE("What was measured comes before what the chain says") {
  Study::CompressRow r = compress_sample()[0];
  r.chain = R"({"bits":8,"rounding":"trn"})";
  r.metrics["weight_bits"] = 6;
  r.metrics["error"] = std::nan("");
  const CompressChain chain = compress_networks({r})[0].chains[0];
  CHECK(chain.label == "8 bits, rounding trn");
  CHECK(chain.bits == 8);
  CHECK(chain.points[0].bits == 6);
  CHECK_FALSE(chain.points[0].value("error"));
  r.chain = "greedy";
  CHECK(compress_networks({r})[0].chains[0].label == "greedy");
  CHECK(compress_networks({r})[0].chains[0].bits == 6);
  r.metrics.clear();
  CHECK_FALSE(compress_networks({r})[0].chains[0].points[0].bits);
}

TEST_CASE("A step is found however its chain is written") {
  const std::vector<CompressNetwork> networks = compress_networks(compress_sample());
  REQUIRE(find_point(networks, {1, "{ \"bits\" : 8 }", 1}) != nullptr);
  CHECK(find_point(networks, {1, "{ \"bits\" : 8 }", 1})->row.metrics.at("error") == 0.203);
  CHECK(find_point(networks, {1, "{\"bits\":8}", 3}) == nullptr);
  CHECK(find_point(networks, {1, "{\"bits\":16}", 0}) == nullptr);
  CHECK(find_point(networks, {2, "{\"bits\":8}", 0}) == nullptr);
  CHECK(find_point(networks, {1, "not JSON", 0}) == nullptr);
}

TEST_CASE("The best recipe is complete and follows the metric's direction") {
  const std::vector<TunedNetwork> tuned = tuned_networks(tune_sample());
  REQUIRE(tuned.size() == 1);
  for (uint64_t i = 0; i < 4; ++i) CHECK(tuned[0].rows[i].number == i);
  CHECK(best_recipe(tuned[0], {"error", "", -1, false})->number == 1);
  CHECK(best_recipe(tuned[0], {"error", "", +1, false})->number == 0);
  CHECK(best_recipe(tuned[0], {"accuracy", "", +1, false}) == nullptr);
}

// SPDX-License-Identifier: Apache-2.0
#include "record.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/error.hpp"
#include "serve.hpp"

using namespace nac::bench;
using nlohmann::json;

TEST_CASE("A run is judged at each budget by its first trials") {
  problem p;
  p.objectives = 2;
  p.near_reference = {2, 2};
  p.far_reference = {4, 4};
  Record record(p);
  record.add("a", {3, 3});
  record.add("b", {1, 1});
  record.add("a", {3, 3});
  record.add("c", {0, 1.5});
  const json j = record.standings({1, 2, 3, 100});
  CHECK(j["near"] == json({0.0, 1.0, 1.0, 1.5}));
  CHECK(j["far"] == json({1.0, 9.0, 9.0, 11.5}));
  CHECK(j["repeats"] == json({0, 0, 1, 1}));
  CHECK(j["budgets"] == json({1, 2, 3, 100}));
}

TEST_CASE("With one objective the best value counts") {
  problem p;
  Record record(p);
  CHECK(record.standings({5})["best"][0].is_null());
  for (const double v : {3.0, 1.0, 2.0}) record.add(std::to_string(v), {v});
  CHECK(record.standings({1, 2, 3})["best"] == json({3.0, 1.0, 1.0}));
}

TEST_CASE("A served problem states its space, answers points and judges the run") {
  std::istringstream in(
      "{\"x\": 0, \"y\": 5}\n{\"x\": 0, \"y\": 5}\n{\"end\": true}\n{\"x\": 1, \"y\": 2}\n{\"end\": true}\n");
  std::ostringstream out;
  serve(by_name("branin"), {2}, in, out);
  std::istringstream lines(out.str());
  std::vector<json> answers;
  for (std::string line; std::getline(lines, line);) answers.push_back(json::parse(line));
  REQUIRE(answers.size() == 6);
  CHECK(answers[0]["objectives"] == 1);
  CHECK(answers[0]["dimensions"][1]["high"] == 15);
  const double first = answers[1]["objectives"][0], second = answers[4]["objectives"][0];
  CHECK(first == Approx(20.602112642270264));  // (5 - 6)^2 + 10 (1 - 1 / (8 pi)) + 10
  CHECK(answers[3]["best"][0] == first);
  CHECK(answers[3]["repeats"][0] == 1);
  CHECK(answers[5]["best"][0] == second);  // the second run knows nothing of the first
  std::istringstream bad("{\"x\": 99}\n");
  CHECK_THROWS_AS(serve(by_name("branin"), {2}, bad, out), nac::fw::Error);
}

TEST_CASE("Conditions and choices of a served problem") {
  std::istringstream in("{\"lr\":0.001,\"batch\":2,\"opt\":\"2\",\"wd\":1e-6,\"sched\":\"2\",\"tmax\":150}\n");
  std::ostringstream out;
  serve(by_name("mixcond"), {1}, in, out);
  std::istringstream lines(out.str());
  std::string shape, answer;
  REQUIRE(std::getline(lines, shape));
  REQUIRE(std::getline(lines, answer));
  const json momentum = json::parse(shape)["dimensions"][4];
  CHECK(momentum["name"] == "momentum");
  CHECK(momentum["conditions"] == json::parse(R"([{"parent": "opt", "values": [1]}])"));
  CHECK(json::parse(answer)["objectives"] ==
        json(by_name("mixcond").evaluate({1e-3, 2, 2, 1e-6, 0, 0, 2, 0, 0, 150, 0})));
}

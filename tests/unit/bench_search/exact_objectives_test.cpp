// SPDX-License-Identifier: Apache-2.0
#include "exact_objectives.hpp"

#include <catch2/catch.hpp>

#include "base/error.hpp"

using namespace nac::bench;

TEST_CASE("Of a candidate the costs are told, and equal candidates are recognized") {
  const problem p = by_name("braggtoy");
  const nac::fw::Space space = host_space(p.space);
  const ExactObjectives exact(p, space, nullptr);
  CHECK(exact.exact() == 0b10);
  CHECK(exact.objective_count() == 2);
  std::vector<double> genome(p.space.size(), 0.0);
  const auto answer = exact.evaluate(genome);
  CHECK(std::isnan(answer.objectives[0]));
  CHECK(answer.objectives[1] == p.evaluate(genome)[1]);
  genome[10] = 3;  // the attention of a block that convolves
  CHECK(exact.evaluate(genome).identity == answer.identity);
  genome[2] = 3;
  CHECK(exact.evaluate(genome).identity != answer.identity);
  genome[2] = 99;
  CHECK_THROWS_AS(exact.evaluate(genome), nac::fw::Error);
}

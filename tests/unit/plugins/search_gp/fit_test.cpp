// SPDX-License-Identifier: Apache-2.0
#include "search_gp/fit.hpp"

#include <catch2/catch.hpp>

#include "problem_space.hpp"

using namespace nac;
using namespace nac::searching;

namespace {
/// 12 choices of which the first two matter, one of them much more.
struct sample {
  space_model space{[] {
    std::vector<dimension> all;
    for (int i = 0; i < 12; ++i) all.push_back(bench::choice_dimension("d" + std::to_string(i), 4));
    return all;
  }()};
  kernel k{space};
  coded_points points{k.dimensions()};
  std::vector<double> values;
  explicit sample(double noise) {
    rng r(21);
    for (int i = 0; i < 90; ++i) {
      const genome g = space.random_genome(r);
      points.append(k.encode(space, g));
      values.push_back(3 * g[0] * g[0] + g[1] + r.normal(0, noise));
    }
  }
};

double score(const sample &s, const gp_fit &f) {
  gaussian_process gp(s.k, f.parameters(), s.points);
  gp.set_values(s.values);
  return gp.log_likelihood() + f.log_prior();
}
}  // namespace

TEST_CASE("the fit finds which dimensions matter and how noisy results are") {
  const sample quiet(1e-4), loud(6);
  const gp_fit coarse = coarse_fit(quiet.k, quiet.points, quiet.values);
  const gp_fit fine = refined_fit(quiet.k, quiet.points, quiet.values, coarse, 30);
  CHECK(score(quiet, fine) > score(quiet, coarse) + 10);
  const std::vector<double> w = fine.parameters().weights;
  for (std::size_t d = 2; d < w.size(); ++d) CHECK(w[0] > 3 * w[d]);
  const gp_fit noisy = refined_fit(loud.k, loud.points, loud.values, coarse_fit(loud.k, loud.points, loud.values), 30);
  CHECK(noisy.parameters().noise > 10 * fine.parameters().noise);
}

TEST_CASE("refining never returns something worse than its start, also without steps") {
  const sample s(1);
  gp_fit start = coarse_fit(s.k, s.points, s.values);
  for (const int steps : {0, 1, 3, 10}) {
    const gp_fit next = refined_fit(s.k, s.points, s.values, start, steps);
    CHECK(score(s, next) >= score(s, start));
    start = next;
  }
}

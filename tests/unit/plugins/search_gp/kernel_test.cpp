// SPDX-License-Identifier: Apache-2.0
#include "search_gp/kernel.hpp"

#include <Eigen/Eigenvalues>
#include <catch2/catch.hpp>

#include "problem_space.hpp"
#include "problems.hpp"

using namespace nac;
using namespace nac::searching;

namespace {
std::vector<dimension> tree() {
  using namespace bench;
  return {choice_dimension("block", 3), only_if(ordered_dimension("width", 5), 0, {0}),
          number_dimension("rate", 1e-4, 1, true), integer_dimension("layers", 2, 10, 2), choice_dimension("only", 1)};
}
double distance(const kernel &k, const space_model &s, const genome &a, const genome &b, std::size_t d) {
  coded_points one(k.dimensions());
  one.append(k.encode(s, a));
  double out = -1;
  k.distances(one, 1, d, k.encode(s, b)[d], &out);
  return out;
}
}  // namespace

TEST_CASE("distances are Hamming for choices, graded for ordered values, one half where only one is active") {
  const space_model s(tree());
  const kernel k(s);
  REQUIRE(k.dimensions() == 4);  // "only" cannot vary
  const genome conv{0, 1, 1e-4, 2, 0}, wide{0, 4, 1, 10, 0}, other{1, 4, 1e-2, 6, 0}, third{2, 0, 1e-2, 6, 0};
  CHECK(distance(k, s, conv, wide, 0) == 0);
  CHECK(distance(k, s, conv, other, 0) == 1);
  CHECK(distance(k, s, conv, wide, 1) == Approx(0.75));
  CHECK(distance(k, s, conv, other, 1) == 0.5);
  CHECK(distance(k, s, other, conv, 1) == 0.5);
  CHECK(distance(k, s, other, third, 1) == 0);  // dormant values mean nothing
  CHECK(distance(k, s, conv, wide, 2) == Approx(1));
  CHECK(distance(k, s, conv, other, 2) == Approx(0.5));  // halfway on a logarithmic axis
  CHECK(distance(k, s, conv, other, 3) == Approx(0.5));
  coded_points points(k.dimensions());
  points.append(k.encode(s, conv));
  double similarity = 0;
  k.row(points, {1, 2, 3, 4}, k.encode(s, other), &similarity);
  CHECK(similarity == Approx(std::exp(-(1 + 2 * 0.5 + 3 * 0.5 + 4 * 0.5))));
}

TEST_CASE("the kernel is positive definite, whatever the weights") {
  for (const bench::problem &p : {bench::braggtoy(), bench::mixcond(), bench::nascat()}) {
    CAPTURE(p.name);
    const space_model s(p.space);
    const kernel k(s);
    rng r(3);
    for (int round = 0; round < 5; ++round) {
      constexpr int n = 80;
      coded_points points(k.dimensions());
      for (int i = 0; i < n; ++i) points.append(k.encode(s, s.random_genome(r)));
      std::vector<double> weights;
      for (std::size_t d = 0; d < k.dimensions(); ++d) weights.push_back(std::exp(r.uniform(-7, 1)));
      Eigen::MatrixXd m(n, n);
      for (int i = 0; i < n; ++i) k.row(points, weights, points.row(static_cast<std::size_t>(i)), m.col(i).data());
      CHECK((m - m.transpose()).cwiseAbs().maxCoeff() < 1e-15);
      CHECK(Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(m).eigenvalues().minCoeff() > -1e-12);
    }
  }
}

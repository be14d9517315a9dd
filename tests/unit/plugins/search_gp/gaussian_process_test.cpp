// SPDX-License-Identifier: Apache-2.0
#include "search_gp/gaussian_process.hpp"

#include <Eigen/LU>
#include <catch2/catch.hpp>

#include "problems.hpp"

using namespace nac;
using namespace nac::searching;

namespace {

/// Points of braggtoy with values, and the textbook's formulas by explicit inverse.
struct sample {
  space_model space{bench::braggtoy().space};
  kernel k{space};
  coded_points points{k.dimensions()};
  std::vector<double> values;
  gp_parameters parameters;

  explicit sample(std::size_t n, uint64_t seed = 5) {
    rng r(seed);
    for (std::size_t i = 0; i < n; ++i) {
      points.append(k.encode(space, space.random_genome(r)));
      values.push_back(r.normal(3, 2));
    }
    for (std::size_t d = 0; d < k.dimensions(); ++d) parameters.weights.push_back(std::exp(r.uniform(-4, -1)));
    parameters.noise = 0.03;
  }
  std::vector<double> another(uint64_t seed) const {
    rng r(seed);
    return k.encode(space, space.random_genome(r));
  }
  Eigen::MatrixXd covariance() const {
    const auto n = static_cast<Eigen::Index>(points.size());
    Eigen::MatrixXd c(n, n);
    for (Eigen::Index i = 0; i < n; ++i)
      k.row(points, parameters.weights, points.row(static_cast<std::size_t>(i)), c.col(i).data());
    c.diagonal().array() += parameters.noise;
    return c;
  }
};

struct exact {
  double mean, variance, log_likelihood;
  Eigen::VectorXd a;
};
exact naive(const sample &s) {
  const Eigen::MatrixXd inverse = s.covariance().inverse();
  const Eigen::VectorXd y = Eigen::Map<const Eigen::VectorXd>(s.values.data(), inverse.rows());
  const Eigen::VectorXd ones = Eigen::VectorXd::Ones(inverse.rows());
  exact e;
  e.mean = ones.dot(inverse * y) / ones.dot(inverse * ones);
  const Eigen::VectorXd centred = y - e.mean * ones;
  e.a = inverse * centred;
  e.variance = centred.dot(e.a) / static_cast<double>(y.size());
  e.log_likelihood =
      -0.5 * static_cast<double>(y.size()) * std::log(e.variance) - 0.5 * std::log(s.covariance().determinant());
  return e;
}

}  // namespace

TEST_CASE("mean, variance, likelihood and predictions are those of the textbook") {
  const sample s(40);
  gaussian_process gp(s.k, s.parameters, s.points);
  gp.set_values(s.values);
  const exact e = naive(s);
  CHECK(gp.mean() == Approx(e.mean));
  CHECK(gp.signal_variance() == Approx(e.variance));
  CHECK(gp.log_likelihood() == Approx(e.log_likelihood));
  const std::vector<double> at = s.another(77);
  Eigen::VectorXd cross(40);
  s.k.row(s.points, s.parameters.weights, at, cross.data());
  const predictions p = gp.predict({at, s.points.row(3)}), glance = gp.glance({at, s.points.row(3)});
  CHECK(p.mean[0] == Approx(e.mean + cross.dot(e.a)));
  CHECK(p.sd[0] == Approx(std::sqrt(e.variance * (1 - cross.dot(s.covariance().inverse() * cross)))));
  CHECK(p.sd[1] < p.sd[0]);
  for (std::size_t i = 0; i < 2; ++i) {
    CHECK(glance.mean[i] == Approx(p.mean[i]));
    CHECK(glance.sd[i] >= p.sd[i]);  // an upper bound
  }
}

TEST_CASE("one point has a closed form") {
  sample s(1);
  gaussian_process gp(s.k, s.parameters, s.points);
  gp.set_values({4.5});
  CHECK(gp.mean() == Approx(4.5));
  CHECK(gp.predict({s.another(2)}).mean[0] == Approx(4.5));
}

TEST_CASE("a factor that grew row by row is that of all points at once") {
  const sample s(150);
  coded_points first(s.k.dimensions());
  for (std::size_t i = 0; i < 60; ++i) first.append(s.points.row(i));
  gaussian_process grown(s.k, s.parameters, first), whole(s.k, s.parameters, s.points);
  for (std::size_t i = 60; i < 150; ++i) grown.append(s.points.row(i));
  grown.set_values(s.values);
  whole.set_values(s.values);
  CHECK(grown.log_likelihood() == Approx(whole.log_likelihood()).epsilon(1e-10));
  const std::vector<double> at = s.another(9);
  CHECK(grown.predict({at}).mean[0] == Approx(whole.predict({at}).mean[0]).epsilon(1e-9));
  CHECK(grown.predict({at}).sd[0] == Approx(whole.predict({at}).sd[0]).epsilon(1e-9));
}

TEST_CASE("a believed point leaves the means and narrows what is near it") {
  const sample s(50);
  gaussian_process gp(s.k, s.parameters, s.points);
  gp.set_values(s.values);
  const std::vector<double> believed = s.another(4), other = s.another(5);
  const predictions before = gp.predict({believed, other});
  gp.append(believed);
  const predictions during = gp.predict({believed, other});
  CHECK(during.mean[0] == Approx(before.mean[0]));
  CHECK(during.mean[1] == Approx(before.mean[1]));
  CHECK(during.sd[0] < 0.5 * before.sd[0]);
  CHECK(during.sd[1] <= before.sd[1]);
  CHECK(gp.glance({other}).mean[0] == Approx(before.mean[1]));
  gp.truncate(50);
  gp.set_values(s.values);
  const predictions after = gp.predict({believed, other});
  CHECK(after.mean == before.mean);
  CHECK(after.sd == before.sd);
}

TEST_CASE("the gradient is that of the likelihood") {
  sample s(35);
  const auto likelihood = [&] {
    gaussian_process gp(s.k, s.parameters, s.points);
    gp.set_values(s.values);
    return gp.log_likelihood();
  };
  gaussian_process gp(s.k, s.parameters, s.points);
  gp.set_values(s.values);
  const std::vector<double> gradient = gp.gradient();
  REQUIRE(gradient.size() == s.k.dimensions() + 1);
  constexpr double step = 1e-5;
  for (std::size_t d = 0; d < gradient.size(); ++d) {
    double &parameter = d < s.k.dimensions() ? s.parameters.weights[d] : s.parameters.noise;
    const double here = parameter;
    parameter = here * std::exp(step);
    const double above = likelihood();
    parameter = here * std::exp(-step);
    const double below = likelihood();
    parameter = here;
    CAPTURE(d);
    CHECK(gradient[d] == Approx((above - below) / (2 * step)).epsilon(1e-4).margin(1e-5));
  }
}

// SPDX-License-Identifier: Apache-2.0
#include "report/front_figures.hpp"

#include <catch2/catch.hpp>
#include <cmath>

using nac::fw::front_figures;
using nac::fw::FrontFigures;
using nac::fw::Quantity;
using nac::fw::Trial;

namespace {

/// Accuracy in percent, to be maximized, against bit operations.
const std::vector<Quantity> kObjectives = {{"accuracy", "%", +1, false}, {"bops", "", -1, true}};

std::vector<Trial> front(const std::vector<std::pair<double, double>> &values) {
  std::vector<Trial> trials;
  for (const auto &[accuracy, bops] : values) {
    Trial t;
    t.number = 10 + trials.size();
    t.objectives = {-accuracy, bops};
    trials.push_back(t);
  }
  return trials;
}

}  // namespace

TEST_CASE("Figures of a front, with costs by their logarithm") {
  // Scaled: (1, 0), (0.2, 0.5), (0, 1) in a box to 1.1.
  const FrontFigures f = front_figures(front({{60, 1e4}, {76, 1e6}, {80, 1e8}}), kObjectives);
  CHECK(f.hypervolume == Approx((0.1 * 1.1 + 0.8 * 0.6 + 0.2 * 0.1) / 1.21));
  REQUIRE(f.reference.size() == 2);
  CHECK(f.reference[0] == Approx(58));
  CHECK(f.reference[1] == Approx(std::pow(10, 8.4)));
  CHECK(f.knee == 11u);
  const double volume = 1.21 * f.hypervolume;
  CHECK(f.contribution.at(10) == Approx(0.1 * 0.5 / volume));
  CHECK(f.contribution.at(11) == Approx(0.8 * 0.5 / volume));
  CHECK(f.contribution.at(12) == Approx(0.2 * 0.1 / volume));
}

TEST_CASE("A cost of zero has no logarithm, so that cost counts as it is") {
  const FrontFigures f = front_figures(front({{60, 0}, {76, 1e6}, {80, 2e6}}), kObjectives);
  CHECK(f.reference[1] == Approx(2.2e6));
  CHECK(f.hypervolume == Approx((0.1 * 1.1 + 0.8 * 0.6 + 0.2 * 0.1) / 1.21));
}

TEST_CASE("Figures of one trial and of none") {
  const FrontFigures one = front_figures(front({{60, 1e4}}), kObjectives);
  CHECK(one.hypervolume == Approx(1));
  CHECK(one.contribution.at(10) == Approx(1));
  CHECK_FALSE(one.knee);
  CHECK(one.reference[0] == Approx(60));
  const FrontFigures none = front_figures({}, kObjectives);
  CHECK(none.hypervolume == 0);
  CHECK(none.contribution.empty());
}

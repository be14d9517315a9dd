// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <numbers>

#include "problem_space.hpp"
#include "problems.hpp"

namespace nac::bench {
namespace {
using std::numbers::pi;
}

problem zdt(int number) {
  problem p;
  p.name = "zdt" + std::to_string(number);
  p.objectives = 2;
  p.near_reference = {1.1, 1.1};
  p.far_reference = {1.1, number == 4 ? 150.0 : number == 6 ? 10.0 : 6.5};
  // By integration; ZDT4 has the front of ZDT1, ZDT3 and ZDT6 lack parts of theirs.
  p.best_known = number == 2 ? 0.543333 : number == 3 ? 1.331763 : number == 6 ? 0.507877 : 0.876667;
  const std::size_t n = number == 4 || number == 6 ? 10 : 30;
  for (std::size_t i = 0; i < n; ++i) {
    const bool wide = number == 4 && i > 0;
    p.space.push_back(number_dimension("x" + std::to_string(i), wide ? -5 : 0, wide ? 5 : 1));
  }
  p.evaluate = [number, n](const std::vector<double> &x) -> std::vector<double> {
    double sum = 0;
    for (std::size_t i = 1; i < n; ++i) sum += number == 4 ? x[i] * x[i] - 10 * std::cos(4 * pi * x[i]) : x[i];
    const double mean = sum / static_cast<double>(n - 1);
    if (number == 4) {
      const double g = 1 + 10 * static_cast<double>(n - 1) + sum;
      return {x[0], g * (1 - std::sqrt(x[0] / g))};
    }
    if (number == 6) {
      const double f = 1 - std::exp(-4 * x[0]) * std::pow(std::sin(6 * pi * x[0]), 6);
      const double g = 1 + 9 * std::pow(mean, 0.25);
      return {f, g * (1 - (f / g) * (f / g))};
    }
    const double g = 1 + 9 * mean, ratio = x[0] / g;
    if (number == 1) return {x[0], g * (1 - std::sqrt(ratio))};
    if (number == 2) return {x[0], g * (1 - ratio * ratio)};
    return {x[0], g * (1 - std::sqrt(ratio) - ratio * std::sin(10 * pi * x[0]))};
  };
  return p;
}

problem dtlz2() {
  problem p;
  p.name = "dtlz2_3";
  p.objectives = 3;
  p.near_reference = {1.1, 1.1, 1.1};
  p.far_reference = {2.5, 2.5, 2.5};
  p.best_known = 1.331 - pi / 6;  // the box less an eighth of the unit ball
  for (int i = 0; i < 12; ++i) p.space.push_back(number_dimension("x" + std::to_string(i), 0, 1));
  p.evaluate = [](const std::vector<double> &x) -> std::vector<double> {
    double g = 0;
    for (std::size_t i = 2; i < x.size(); ++i) g += (x[i] - 0.5) * (x[i] - 0.5);
    const double a = x[0] * pi / 2, b = x[1] * pi / 2;
    return {(1 + g) * std::cos(a) * std::cos(b), (1 + g) * std::cos(a) * std::sin(b), (1 + g) * std::sin(a)};
  };
  return p;
}

problem branin() {
  problem p;
  p.name = "branin";
  p.best_known = 0.39788735772973816;
  p.space = {number_dimension("x", -5, 10), number_dimension("y", 0, 15)};
  p.evaluate = [](const std::vector<double> &v) -> std::vector<double> {
    const double x = v[0], y = v[1], inner = y - 5.1 / (4 * pi * pi) * x * x + 5 / pi * x - 6;
    return {inner * inner + 10 * (1 - 1 / (8 * pi)) * std::cos(x) + 10};
  };
  return p;
}

problem hartmann6() {
  problem p;
  p.name = "hartmann6";
  p.best_known = -3.32236801141551;
  for (int i = 0; i < 6; ++i) p.space.push_back(number_dimension("x" + std::to_string(i), 0, 1));
  p.evaluate = [](const std::vector<double> &x) -> std::vector<double> {
    static constexpr double kScale[4][6] = {
        {10, 3, 17, 3.5, 1.7, 8}, {.05, 10, 17, .1, 8, 14}, {3, 3.5, 1.7, 10, 17, 8}, {17, 8, .05, 10, .1, 14}};
    static constexpr double kCenter[4][6] = {{.1312, .1696, .5569, .0124, .8283, .5886},
                                             {.2329, .4135, .8307, .3736, .1004, .9991},
                                             {.2348, .1451, .3522, .2883, .3047, .6650},
                                             {.4047, .8828, .8732, .5743, .1091, .0381}};
    static constexpr double kWeight[4] = {1, 1.2, 3, 3.2};
    double value = 0;
    for (int j = 0; j < 4; ++j) {
      double distance = 0;
      for (std::size_t i = 0; i < 6; ++i) distance += kScale[j][i] * (x[i] - kCenter[j][i]) * (x[i] - kCenter[j][i]);
      value -= kWeight[j] * std::exp(-distance);
    }
    return {value};
  };
  return p;
}

problem rosenbrock(std::size_t variables) {
  problem p;
  p.name = "rosen" + std::to_string(variables);
  p.best_known = 0;
  for (std::size_t i = 0; i < variables; ++i) p.space.push_back(number_dimension("x" + std::to_string(i), -5, 10));
  p.evaluate = [](const std::vector<double> &x) -> std::vector<double> {
    double value = 0;
    for (std::size_t i = 0; i + 1 < x.size(); ++i) {
      const double a = x[i + 1] - x[i] * x[i], b = 1 - x[i];
      value += 100 * a * a + b * b;
    }
    return {value};
  };
  return p;
}

}  // namespace nac::bench

// SPDX-License-Identifier: Apache-2.0
#include "report/front_figures.hpp"

#include <algorithm>
#include <cmath>

#include "study/front_measures.hpp"

namespace nac::fw {
namespace {

constexpr double kBeyond = 0.1;  ///< of the range; a reference at the worst values would count the extremes nothing

struct Scale {
  bool logarithmic = false;
  double low = 0, high = 0;

  double raw(double minimized) const { return logarithmic ? std::log10(minimized) : minimized; }
  double scaled(double minimized) const { return high > low ? (raw(minimized) - low) / (high - low) : 0; }
  /// The minimized value at the far end of the box.
  double reference() const {
    const double end = high + kBeyond * (high - low);
    return logarithmic ? std::pow(10, end) : end;
  }
};

Scale scale_of(const std::vector<Trial> &front, std::size_t objective, const Quantity &quantity) {
  Scale s;
  s.logarithmic = quantity.free && std::all_of(front.begin(), front.end(),
                                               [&](const Trial &t) { return t.objectives.at(objective) > 0; });
  const auto [low, high] = std::minmax_element(front.begin(), front.end(), [&](const Trial &a, const Trial &b) {
    return a.objectives.at(objective) < b.objectives.at(objective);
  });
  s.low = s.raw(low->objectives[objective]);
  s.high = s.raw(high->objectives[objective]);
  return s;
}

}  // namespace

FrontFigures front_figures(const std::vector<Trial> &front, const std::vector<Quantity> &objectives) {
  FrontFigures figures;
  if (front.empty()) return figures;
  std::vector<Objectives> points(front.size());
  for (std::size_t k = 0; k < objectives.size(); ++k) {
    const Scale s = scale_of(front, k, objectives[k]);
    figures.reference.push_back(objectives[k].direction > 0 ? -s.reference() : s.reference());
    for (std::size_t i = 0; i < front.size(); ++i) points[i].push_back(s.scaled(front[i].objectives[k]));
  }
  const Objectives corner(objectives.size(), 1 + kBeyond);
  const double volume = hypervolume(points, corner);
  figures.hypervolume = volume / std::pow(1 + kBeyond, static_cast<double>(objectives.size()));
  const std::vector<double> alone = exclusive_contributions(points, corner);
  for (std::size_t i = 0; i < front.size(); ++i) figures.contribution[front[i].number] = alone[i] / volume;
  if (const auto at = knee(points)) figures.knee = front[*at].number;
  return figures;
}

}  // namespace nac::fw

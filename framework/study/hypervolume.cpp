// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>

#include "base/error.hpp"
#include "study/pareto.hpp"

namespace nac::fw {
namespace {

using Points = std::vector<Objectives>;

double box(const Objectives &point, const Objectives &reference) {
  double volume = 1;
  for (std::size_t i = 0; i < point.size(); ++i) volume *= reference[i] - point[i];
  return volume;
}

/// The staircase of a 2-D front and the area under it, which grows as points are added.
class Staircase {
 public:
  Staircase(double x_reference, double y_reference) : x_reference_(x_reference), y_reference_(y_reference) {}
  double area() const { return area_; }

  void add(double x, double y) {
    auto next = steps_.upper_bound(x);
    // Height of the staircase just left of x: points there with a y as low cover the new one.
    double ceiling = y_reference_;
    if (next != steps_.begin()) ceiling = std::prev(next)->second;
    if (ceiling <= y) return;
    auto at = steps_.lower_bound(x);
    double left = x, gained = 0;
    while (at != steps_.end() && at->second >= y) {
      gained += (at->first - left) * (ceiling - y);
      left = at->first;
      ceiling = at->second;
      at = steps_.erase(at);
    }
    const double right = at == steps_.end() ? x_reference_ : at->first;
    area_ += gained + (right - left) * (ceiling - y);
    steps_.emplace_hint(at, x, y);
  }

 private:
  std::map<double, double> steps_;  ///< x ascending, y descending
  double x_reference_, y_reference_, area_ = 0;
};

double sweep_2d(const Points &points, const Objectives &reference) {
  Staircase staircase(reference[0], reference[1]);
  for (const Objectives &p : points) staircase.add(p[0], p[1]);
  return staircase.area();
}

/// Slices along the third objective: the area of each slice is that of all points below it.
double sweep_3d(Points points, const Objectives &reference) {
  std::sort(points.begin(), points.end(), [](const auto &a, const auto &b) { return a[2] < b[2]; });
  Staircase staircase(reference[0], reference[1]);
  double volume = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    staircase.add(points[i][0], points[i][1]);
    const double top = i + 1 < points.size() ? points[i + 1][2] : reference[2];
    volume += staircase.area() * (top - points[i][2]);
  }
  return volume;
}

Points front_of(const Points &points) {
  Points front;
  for (const std::size_t i : pareto_front(points)) front.push_back(points[i]);
  return front;
}

/// While, Bradstreet, Barone (2012), "A fast way of calculating exact hypervolumes": the volume of a set is the sum of
/// the exclusive volumes of its points, each its box less what later points, limited to that box, cover.
double wfg(Points points, const Objectives &reference) {
  if (reference.size() == 2) return sweep_2d(points, reference);
  if (reference.size() == 3) return sweep_3d(std::move(points), reference);
  // Worst last objective first, as the paper advises: the limited sets then shrink fastest.
  std::sort(points.begin(), points.end(), [](const auto &a, const auto &b) { return a.back() > b.back(); });
  double volume = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    Points limited(points.begin() + static_cast<std::ptrdiff_t>(i) + 1, points.end());
    for (Objectives &p : limited)
      for (std::size_t k = 0; k < p.size(); ++k) p[k] = std::max(p[k], points[i][k]);
    volume += box(points[i], reference) - (limited.empty() ? 0.0 : wfg(front_of(limited), reference));
  }
  return volume;
}

}  // namespace

double hypervolume(const std::vector<Objectives> &points, const Objectives &reference) {
  if (reference.empty()) throw Error("a hypervolume needs at least one objective");
  Points inside;
  for (const Objectives &p : points) {
    if (p.size() != reference.size())
      throw Error("a point has " + std::to_string(p.size()) + " objectives, the reference point has " +
                  std::to_string(reference.size()));
    bool counts = true;
    for (std::size_t k = 0; k < p.size(); ++k) counts = counts && p[k] < reference[k];
    if (counts) inside.push_back(p);
  }
  if (inside.empty()) return 0;
  if (reference.size() == 1) return reference[0] - (*std::min_element(inside.begin(), inside.end()))[0];
  return wfg(front_of(inside), reference);
}

}  // namespace nac::fw

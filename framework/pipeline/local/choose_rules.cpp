// SPDX-License-Identifier: Apache-2.0
#include "pipeline/local/choose_rules.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <tuple>

#include "study/front_measures.hpp"

namespace nac::fw {
namespace {

using Indices = std::vector<std::size_t>;

Indices eligible(const ChooseInput &input, const ChooseStage &stage) {
  const double most = input.reference + tolerance(input, stage.delta);
  Indices kept;
  for (std::size_t i = 0; i < input.points.size(); ++i) {
    const ChoosePoint &p = input.points[i];
    if (stage.rule != ChooseRule::budget && p.loss > most) continue;
    if (stage.budget && !broken_constraint({*stage.budget}, p.metrics).empty()) continue;
    kept.push_back(i);
  }
  return kept;
}

std::vector<ChoosePoint> points_at(const std::vector<ChoosePoint> &all, const Indices &at) {
  std::vector<ChoosePoint> some;
  for (const std::size_t i : at) some.push_back(all[i]);
  return some;
}

/// Values scaled so that the best is 0 and the worst 1.
std::vector<double> scaled(std::vector<double> values) {
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  const double from = *low, range = *high - *low;
  for (double &v : values) v = range > 0 ? (v - from) / range : 0;
  return values;
}

std::size_t knee_of(const std::vector<ChoosePoint> &front) {
  std::vector<double> costs, losses;
  for (const ChoosePoint &p : front) {
    costs.push_back(std::log2(std::max(p.bops, 1.0)));
    losses.push_back(p.loss);
  }
  costs = scaled(costs);
  losses = scaled(losses);
  std::vector<Objectives> objectives;
  for (std::size_t i = 0; i < front.size(); ++i) objectives.push_back({costs[i], losses[i]});
  const std::vector<double> volume = exclusive_contributions(objectives, {1.1, 1.1});
  return static_cast<std::size_t>(std::max_element(volume.begin(), volume.end()) - volume.begin());
}

template <class Rank>
std::size_t least(const std::vector<ChoosePoint> &points, const Indices &among, const Rank &rank) {
  return *std::min_element(among.begin(), among.end(),
                           [&](std::size_t a, std::size_t b) { return rank(points[a]) < rank(points[b]); });
}

}  // namespace

double tolerance(const ChooseInput &input, double delta) {
  return std::max(delta * std::fabs(input.reference), input.sigma);
}

std::vector<std::size_t> epsilon_front(const std::vector<ChoosePoint> &points, double epsilon) {
  Indices order(points.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::tie(points[a].bops, points[a].loss) < std::tie(points[b].bops, points[b].loss);
  });
  Indices front;
  double best = std::numeric_limits<double>::infinity();
  for (const std::size_t i : order) {
    if (!front.empty() && points[i].loss >= best - epsilon) continue;
    front.push_back(i);
    best = points[i].loss;
  }
  return front;
}

std::optional<std::size_t> choose_point(const ChooseInput &input, const ChooseStage &stage) {
  const Indices kept = eligible(input, stage);
  if (kept.empty()) return std::nullopt;
  const std::vector<ChoosePoint> &all = input.points;
  if (stage.rule == ChooseRule::budget)
    return least(all, kept, [](const ChoosePoint &p) { return std::tuple(p.loss, p.bops); });
  if (stage.rule == ChooseRule::lexi)
    return least(all, kept, [](const ChoosePoint &p) { return std::tuple(p.bits, -p.sparsity, p.loss, p.bops); });
  const std::vector<ChoosePoint> points = points_at(all, kept);
  const Indices front = epsilon_front(points, input.sigma);
  return kept[front[knee_of(points_at(points, front))]];
}

std::map<std::string, std::size_t> labelled_points(const std::vector<ChoosePoint> &points) {
  const Indices front = epsilon_front(points, 0);
  const char *const names[] = {"Tiny", "Small", "Medium", "Large"};
  std::map<std::string, std::size_t> labels;
  for (std::size_t quarter = 0; quarter < 4; ++quarter) {
    const std::size_t begin = quarter * front.size() / 4, end = (quarter + 1) * front.size() / 4;
    // On the front whoever costs more is better.
    if (begin < end) labels[names[quarter]] = front[end - 1];
  }
  return labels;
}

}  // namespace nac::fw

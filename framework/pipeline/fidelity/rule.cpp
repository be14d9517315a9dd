// SPDX-License-Identifier: Apache-2.0
#include "pipeline/fidelity/rule.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "pipeline/fidelity/pareto_order.hpp"

namespace nac::fw {

int half_decade(double cost) {
  // Comparisons with exact products rather than a logarithm, whose last bit differs between machines.
  constexpr double kRoot = 3.1622776601683795;
  int count = 0;
  for (double decade = 1; count < 80; decade *= 10) {
    if (cost < decade) return count;
    ++count;
    if (cost < decade * kRoot) return count;
    ++count;
  }
  return count;
}

FidelityRule::FidelityRule(const Fidelity &fidelity, const std::vector<Quantity> &objectives) : fidelity_(fidelity) {
  bool trained = false;
  for (std::size_t i = 0; i < objectives.size(); ++i) {
    const Quantity &q = objectives[i];
    if (q.free && !cost_) cost_ = i;
    if (q.free || trained) continue;
    trained = true;
    metric_ = i;
    name_ = q.name;
    direction_ = q.direction;
  }
  if (fidelity.kind != FidelityKind::none && !trained)
    throw UsageError("search.fidelity compares trainings, but no objective is a metric of the task");
}

int FidelityRule::cost_class(const Objectives &values) const { return cost_ ? half_decade(values[*cost_]) : 0; }

Verdict FidelityRule::judge(const std::vector<Objectives> &earlier, const Objectives &own) const {
  std::vector<Objectives> peers;
  for (const Objectives &o : earlier)
    if (cost_class(o) == cost_class(own)) peers.push_back(o);
  if (fidelity_.kind == FidelityKind::none) return {};
  if (peers.size() + 1 < static_cast<std::size_t>(fidelity_.eta))
    return {true, fmt::format("one of the first {}{}", fidelity_.eta - 1, cost_ ? " of its cost class" : "")};
  if (fidelity_.kind == FidelityKind::median) return by_median(peers, own);
  // More trials than one in eta may be non-dominated; ending such a one by crowding loses a piece of the front.
  if (std::none_of(earlier.begin(), earlier.end(), [&](const Objectives &o) { return dominates(o, own); }))
    return {true, fmt::format("none of {} earlier trials is better", earlier.size())};
  return by_rank(std::move(peers), own);
}

Verdict FidelityRule::by_rank(std::vector<Objectives> peers, const Objectives &own) const {
  peers.push_back(own);
  const std::vector<std::size_t> order = pareto_order(peers);
  const auto rank =
      static_cast<std::size_t>(std::find(order.begin(), order.end(), peers.size() - 1) - order.begin()) + 1;
  return {rank * static_cast<std::size_t>(fidelity_.eta) <= peers.size(),
          fmt::format("rank {} of {}{}", rank, peers.size(), cost_ ? " in its cost class" : "")};
}

Verdict FidelityRule::by_median(const std::vector<Objectives> &peers, const Objectives &own) const {
  std::vector<double> values;
  for (const Objectives &o : peers) values.push_back(o[metric_]);
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  const double median = values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
  const double sign = direction_ > 0 ? -1 : 1;
  return {own[metric_] <= median,
          fmt::format("{} {:.4g}, the median of {} earlier trials{} is {:.4g}", name_, sign * own[metric_],
                      values.size(), cost_ ? " in its cost class" : "", sign * median)};
}

}  // namespace nac::fw

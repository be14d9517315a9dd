// SPDX-License-Identifier: Apache-2.0
#include "report/local_search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

namespace nac::fw {
namespace {

constexpr double kTolerance = 0.02;

const Trial *find_trial(const ReportData &data, uint64_t number) {
  for (const Trial &t : data.trials)
    if (t.number == number) return &t;
  return nullptr;
}

std::optional<double> finite(const std::map<std::string, double> &values, const std::string &name) {
  const auto at = values.find(name);
  if (at == values.end() || !std::isfinite(at->second)) return std::nullopt;
  return at->second;
}

/// Whether `a` is to be taken rather than `b`; both have the metric.
bool better(const Quantity &metric, const BestPoint &a, const BestPoint &b) {
  if (a.within != b.within) return a.within;
  const double quality_a = metric.direction * *a.point->value(metric.name);
  const double quality_b = metric.direction * *b.point->value(metric.name);
  if (!a.within) return quality_a > quality_b;
  const double bops_a = a.point->value("bops").value_or(INFINITY);
  const double bops_b = b.point->value("bops").value_or(INFINITY);
  return bops_a < bops_b || (bops_a == bops_b && quality_a > quality_b);
}

}  // namespace

std::string network_name(const ReportData &data, uint64_t trial) {
  for (const ReportClass &c : data.classes)
    if (c.trial == trial) return fmt::format("{} (trial {})", c.name, trial);
  const Trial *found = find_trial(data, trial);
  if (found != nullptr && !found->preset.empty()) return fmt::format("{} (trial {})", found->preset, trial);
  return fmt::format("trial {}", trial);
}

std::optional<double> float_value(const ReportData &data, uint64_t trial, const std::string &name) {
  const Trial *found = find_trial(data, trial);
  for (const TunedNetwork &network : data.tuned)
    if (network.trial == trial)
      if (const Study::TuneRow *best = best_recipe(network, data.metric()))
        if (const auto value = finite(best->metrics, name)) return value;
  return found == nullptr ? std::nullopt : finite(found->metrics, name);
}

std::optional<double> reduction(const ReportData &data, uint64_t trial, const std::string &name, double value) {
  const std::optional<double> reference = float_value(data, trial, name);
  if (!reference || *reference <= 0 || !(value > 0)) return std::nullopt;
  return *reference / value;
}

double tolerance_of(const ReportData &data) { return data.choice.tolerance.value_or(kTolerance); }

double quality_bound(const Quantity &metric, double reference, double tolerance) {
  return reference - metric.direction * tolerance * std::fabs(reference);
}

std::vector<BestPoint> best_points(const ReportData &data) {
  const Quantity &metric = data.metric();
  std::vector<BestPoint> best;
  for (const CompressNetwork &network : data.compressed) {
    const std::optional<double> reference = float_value(data, network.trial, metric.name);
    std::map<int, BestPoint, std::greater<>> by_bits;
    for (const CompressChain &chain : network.chains)
      for (const CompressPoint &p : chain.points) {
        const std::optional<double> value = p.value(metric.name);
        if (!p.kept() || !p.bits || !value) continue;
        BestPoint candidate{network.trial, *p.bits, &p, false};
        candidate.within = reference && metric.direction * *value >=
                                            metric.direction * quality_bound(metric, *reference, tolerance_of(data));
        const auto [at, added] = by_bits.try_emplace(*p.bits, candidate);
        if (!added && better(metric, candidate, at->second)) at->second = candidate;
      }
    for (const auto &[bits, point] : by_bits) best.push_back(point);
  }
  return best;
}

}  // namespace nac::fw

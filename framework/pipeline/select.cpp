// SPDX-License-Identifier: Apache-2.0
#include "pipeline/select.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <tuple>

#include "base/error.hpp"

namespace nac::fw {

std::vector<ClassChoice> select_classes(const SelectStage &stage, const std::vector<Trial> &trials,
                                        const Quantity &metric) {
  std::vector<ClassChoice> choices;
  for (const auto &[name, limit] : stage.classes) choices.push_back({name, limit, std::nullopt});
  std::stable_sort(choices.begin(), choices.end(), [](const auto &a, const auto &b) { return a.limit < b.limit; });
  std::map<uint64_t, const Trial *> by_number;
  for (const Trial &t : trials) by_number[t.number] = &t;
  const std::vector<uint64_t> front = front_of(trials);
  const auto value = [](const Trial &t, const std::string &name) {
    const auto at = t.metrics.find(name);
    if (at == t.metrics.end()) throw Error("trial " + std::to_string(t.number) + " has no value of '" + name + "'");
    return at->second;
  };
  double above = -std::numeric_limits<double>::infinity();
  for (ClassChoice &choice : choices) {
    using Rank = std::tuple<double, double, uint64_t>;
    std::optional<Rank> best;
    for (const uint64_t number : front) {
      const Trial &t = *by_number.at(number);
      const double bops = value(t, "bops");
      if (bops <= above || bops > choice.limit) continue;
      const Rank rank{-metric.direction * value(t, metric.name), bops, number};
      if (!best || rank < *best) best = rank;
    }
    if (best) choice.trial = std::get<2>(*best);
    above = choice.limit;
  }
  return choices;
}

}  // namespace nac::fw

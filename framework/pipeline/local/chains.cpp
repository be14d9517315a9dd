// SPDX-License-Identifier: Apache-2.0
#include "pipeline/local/chains.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

namespace nac::fw {
namespace {

using nlohmann::json;

constexpr const char *kBits = "bits";

/// A parameter with several values.
struct Axis {
  std::size_t pass = 0;
  std::string key, label;
  std::vector<ConfigValue> values;
};

std::optional<double> number_of(const ConfigValue &value) {
  if (const auto *whole = std::get_if<int64_t>(&value)) return static_cast<double>(*whole);
  if (const auto *real = std::get_if<double>(&value)) return *real;
  return std::nullopt;
}

json json_of(const ConfigValue &value) {
  return std::visit([](const auto &v) { return json(v); }, value);
}

bool is_ladder(const Axis &axis) {
  return axis.key == kBits && std::all_of(axis.values.begin(), axis.values.end(),
                                          [](const ConfigValue &v) { return number_of(v).has_value(); });
}

std::vector<Axis> axes_of(const std::vector<CompressPass> &passes) {
  std::map<std::string, int> uses;
  for (const CompressPass &p : passes)
    for (const auto &[key, values] : p.grid) ++uses[key];
  std::vector<Axis> axes;
  for (std::size_t i = 0; i < passes.size(); ++i)
    for (const auto &[key, values] : passes[i].grid) {
      std::string label = uses[key] == 1 ? key : passes[i].pass.plugin + "." + key;
      // The same plugin twice.
      for (const Axis &a : axes)
        if (a.label == label) label = std::to_string(i) + "." + label;
      axes.push_back({i, key, label, values});
    }
  return axes;
}

}  // namespace

std::vector<Chain> expand_chains(const std::vector<CompressPass> &passes, const CompressionStage &stage) {
  std::vector<Axis> axes = axes_of(passes);
  std::optional<std::size_t> ladder;
  for (std::size_t a = 0; a < axes.size() && stage.warm_start && !ladder; ++a)
    if (is_ladder(axes[a])) ladder = a;
  if (ladder)
    std::stable_sort(axes[*ladder].values.begin(), axes[*ladder].values.end(),
                     [](const ConfigValue &a, const ConfigValue &b) { return *number_of(a) > *number_of(b); });
  Chain start;
  for (const CompressPass &p : passes) {
    start.passes.push_back(p.pass);
    if (stage.full_grid && p.takes_full_grid) start.passes.back().parameters["full_grid"] = true;
  }
  std::size_t count = 1, stride = 1;
  for (std::size_t a = 0; a < axes.size(); ++a) {
    count *= axes[a].values.size();
    if (ladder && a > *ladder) stride *= axes[a].values.size();
  }
  std::vector<Chain> chains;
  for (std::size_t n = 0; n < count; ++n) {
    Chain chain = start;
    json name = json::object();
    std::size_t rest = n;
    for (std::size_t a = axes.size(); a-- > 0;) {
      const std::size_t at = rest % axes[a].values.size();
      rest /= axes[a].values.size();
      chain.passes[axes[a].pass].parameters[axes[a].key] = axes[a].values[at];
      name[axes[a].label] = json_of(axes[a].values[at]);
      if (ladder == a && at > 0) chain.warm_from = n - stride;
    }
    chain.name = name.dump();
    chains.push_back(std::move(chain));
  }
  return chains;
}

}  // namespace nac::fw

// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "manifest/read_stages.hpp"
#include "services/nearest.hpp"

namespace nac::fw {
namespace {

constexpr const char *kRows = "hardware.published";

std::string entry(std::size_t i) { return fmt::format("{}[{}]", kRows, i); }

std::optional<PublishedValue> value_of(const std::string &quantity, const ConfigValue &value) {
  PublishedValue v{quantity, 0, 0};
  if (const auto *whole = std::get_if<int64_t>(&value)) {
    v.low = v.high = static_cast<double>(*whole);
  } else if (const auto *real = std::get_if<double>(&value)) {
    v.low = v.high = *real;
  } else if (const auto *list = std::get_if<std::vector<double>>(&value); list != nullptr && list->size() == 2) {
    v.low = list->at(0);
    v.high = list->at(1);
  } else {
    return std::nullopt;
  }
  return v.low >= 0 && v.low <= v.high && std::isfinite(v.high) ? std::optional(v) : std::nullopt;
}

std::string network_of(ManifestDocument &d, const std::string &table) {
  const std::string path = table + ".network";
  const auto value = d.value(path);
  if (!value) {
    if (!d.has(path))
      d.problem(table,
                "[[hardware.published]] needs the key 'network': a preset, a size class or the number of a trial");
    return {};
  }
  if (const auto *name = std::get_if<std::string>(&*value); name != nullptr && !name->empty()) return *name;
  if (const auto *number = std::get_if<int64_t>(&*value); number != nullptr && *number >= 0)
    return fmt::format("trial-{}", *number);
  d.problem(path, fmt::format("'{}' must be the name of a preset or size class, or the number of a trial, found {}",
                              path, to_toml(*value)));
  return {};
}

PublishedRow read_row(ManifestDocument &d, const std::string &table) {
  PublishedRow row;
  row.network = network_of(d, table);
  if (const auto source = d.text(table + ".source")) row.source = *source;
  if (row.source.empty() && (!d.has(table + ".source") || d.is_text(table + ".source")))
    d.problem(table, "[[hardware.published]] needs the key 'source', e.g. source = \"arXiv 2501.05515, Table 4\"");
  bool any = false;
  for (const std::string &key : d.keys(table)) {
    if (key == "network" || key == "source") continue;
    any = true;
    const std::string path = table + "." + key;
    const auto value = d.value(path);
    if (!value) continue;
    if (const auto number = value_of(key, *value))
      row.values.push_back(*number);
    else
      d.problem(path, fmt::format("'{}' must be a number of at least 0, or a range [low, high] of such, found {}", path,
                                  to_toml(*value)));
  }
  if (!any) d.problem(table, "[[hardware.published]] gives no figure: add quantities of the backend, e.g. lut = 32884");
  return row;
}

/// Names that [hardware] can give a network. Where it names none, what is chosen may be any.
std::vector<std::string> networks_of(const Experiment &e) {
  const CandidateChoice &c = e.hardware->candidates;
  std::vector<std::string> names = c.presets;
  names.insert(names.end(), c.classes.begin(), c.classes.end());
  for (const uint64_t trial : c.trials) names.push_back(fmt::format("trial-{}", trial));
  if (!c.empty()) return names;
  if (e.choose) names.emplace_back("chosen");
  if (e.search) names.insert(names.end(), e.search->presets.begin(), e.search->presets.end());
  if (e.select)
    for (const auto &[name, bound] : e.select->classes) names.push_back(name);
  return names;
}

}  // namespace

std::vector<PublishedRow> read_published(ManifestDocument &d) {
  std::vector<PublishedRow> rows;
  if (d.has(kRows) && d.count(kRows) == 0)
    d.problem(kRows, "write published figures as [[hardware.published]] with network = \"...\" and source = \"...\"");
  for (std::size_t i = 0; i < d.count(kRows); ++i)
    if (d.is_table(entry(i)))
      rows.push_back(read_row(d, entry(i)));
    else
      d.problem(entry(i), "every entry of 'hardware.published' must be a table: write [[hardware.published]]");
  return rows;
}

void check_published(ManifestDocument &d, const Experiment &e) {
  const HardwareStage &s = *e.hardware;
  if (s.published.size() != d.count(kRows)) return;  // an entry is no table, which has been said
  const std::vector<std::string> networks = networks_of(e);
  std::vector<std::string> quantities;
  for (const Quantity &q : s.quantities) quantities.push_back(q.name.substr(s.prefix.size()));
  const auto contains = [](const std::vector<std::string> &names, const std::string &name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  for (std::size_t i = 0; i < s.published.size(); ++i) {
    const PublishedRow &row = s.published[i];
    const bool open = s.candidates.empty() && row.network.starts_with("trial-");
    if (!row.network.empty() && !open && !contains(networks, row.network))
      d.problem(entry(i) + ".network", fmt::format("'{}' is no network of [hardware]{}; it builds {}", row.network,
                                                   did_you_mean(row.network, networks), quoted_list(networks)));
    const auto same = [&](const PublishedRow &other) {
      return other.network == row.network && other.source == row.source;
    };
    if (!row.network.empty() &&
        std::count_if(s.published.begin(), s.published.begin() + static_cast<std::ptrdiff_t>(i), same) != 0)
      d.problem(entry(i), fmt::format("'{}' has two rows of the same source: write its figures in one", row.network));
    if (quantities.empty()) continue;  // what is wrong with the backend has been said
    for (const std::string &key : d.keys(entry(i)))
      if (key != "network" && key != "source" && !contains(quantities, key))
        d.problem(entry(i) + "." + key,
                  fmt::format("unknown quantity '{}'{}; {} has {}", key, did_you_mean(key, quantities),
                              s.backend.plugin, quoted_list(quantities)));
  }
}

}  // namespace nac::fw

// SPDX-License-Identifier: Apache-2.0
#include "report/compress_data.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace nac::fw {
namespace {

using nlohmann::json;

json parsed(const std::string &chain) { return json::parse(chain, nullptr, false); }

std::optional<int> bits_of_chain(const std::string &chain) {
  const json j = parsed(chain);
  if (!j.is_object() || !j.contains("bits") || !j["bits"].is_number()) return std::nullopt;
  return static_cast<int>(std::lround(j["bits"].get<double>()));
}

/// "8 bits" and whatever else tells the chain from others.
std::string label_of(const std::string &chain) {
  const json j = parsed(chain);
  if (!j.is_object()) return chain;
  std::string label;
  if (const auto bits = bits_of_chain(chain)) label = fmt::format("{} bits", *bits);
  for (const auto &[key, value] : j.items()) {
    if (key == "bits" && value.is_number()) continue;
    label += fmt::format("{}{} {}", label.empty() ? "" : ", ", key,
                         value.is_string() ? value.get<std::string>() : value.dump());
  }
  return label.empty() ? "one chain" : label;
}

CompressPoint point_of(const Study::CompressRow &row) {
  CompressPoint p;
  p.row = row;
  p.sparsity = p.value("sparsity");
  const std::optional<double> bits = p.value("weight_bits");
  p.bits = bits ? std::optional<int>(static_cast<int>(std::lround(*bits))) : bits_of_chain(row.chain);
  return p;
}

template <typename Network>
Network &network_of(std::vector<Network> &networks, uint64_t trial) {
  const auto at = std::lower_bound(networks.begin(), networks.end(), trial,
                                   [](const Network &n, uint64_t number) { return n.trial < number; });
  if (at != networks.end() && at->trial == trial) return *at;
  Network added;
  added.trial = trial;
  return *networks.insert(at, std::move(added));
}

CompressChain &chain_of(CompressNetwork &network, const std::string &key) {
  for (CompressChain &c : network.chains)
    if (c.key == key) return c;
  network.chains.push_back({key, label_of(key), bits_of_chain(key), {}});
  return network.chains.back();
}

void finish(CompressNetwork &network) {
  for (CompressChain &c : network.chains) {
    std::stable_sort(c.points.begin(), c.points.end(),
                     [](const CompressPoint &a, const CompressPoint &b) { return a.row.position < b.row.position; });
    if (c.bits) continue;
    for (const CompressPoint &p : c.points)
      if (p.kept() && p.bits) c.bits = p.bits;
  }
  std::stable_sort(network.chains.begin(), network.chains.end(), [](const CompressChain &a, const CompressChain &b) {
    return std::pair(-a.bits.value_or(0), a.key) < std::pair(-b.bits.value_or(0), b.key);
  });
}

}  // namespace

std::optional<double> CompressPoint::value(const std::string &name) const {
  const auto at = row.metrics.find(name);
  if (at == row.metrics.end() || !std::isfinite(at->second)) return std::nullopt;
  return at->second;
}

std::vector<CompressNetwork> compress_networks(const std::vector<Study::CompressRow> &rows) {
  std::vector<CompressNetwork> networks;
  for (const Study::CompressRow &row : rows)
    chain_of(network_of(networks, row.trial), row.chain).points.push_back(point_of(row));
  for (CompressNetwork &network : networks) finish(network);
  return networks;
}

std::vector<TunedNetwork> tuned_networks(const std::vector<Study::TuneRow> &rows) {
  std::vector<TunedNetwork> networks;
  for (const Study::TuneRow &row : rows) network_of(networks, row.trial).rows.push_back(row);
  for (TunedNetwork &network : networks)
    std::stable_sort(network.rows.begin(), network.rows.end(),
                     [](const Study::TuneRow &a, const Study::TuneRow &b) { return a.number < b.number; });
  return networks;
}

const Study::TuneRow *best_recipe(const TunedNetwork &network, const Quantity &metric) {
  const Study::TuneRow *best = nullptr;
  double value = 0;
  for (const Study::TuneRow &row : network.rows) {
    const auto at = row.metrics.find(metric.name);
    if (row.state != "complete" || at == row.metrics.end() || !std::isfinite(at->second)) continue;
    if (best != nullptr && metric.direction * at->second <= metric.direction * value) continue;
    best = &row;
    value = at->second;
  }
  return best;
}

const CompressPoint *find_point(const std::vector<CompressNetwork> &networks, const StepName &name) {
  const json wanted = parsed(name.chain);
  for (const CompressNetwork &n : networks)
    for (const CompressChain &c : n.chains) {
      const bool same = c.key == name.chain || (!wanted.is_discarded() && parsed(c.key) == wanted);
      if (n.trial != name.trial || !same) continue;
      for (const CompressPoint &p : c.points)
        if (p.row.position == name.position) return &p;
    }
  return nullptr;
}

}  // namespace nac::fw

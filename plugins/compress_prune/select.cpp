// SPDX-License-Identifier: Apache-2.0
#include "compress_prune/select.hpp"

#include <algorithm>
#include <cmath>

namespace nac::compressing {
namespace {

/// Something that can go: a weight or an output of a layer.
struct candidate_unit {
  double score;
  std::size_t layer, index;
};

std::vector<candidate_unit> in_order(std::vector<candidate_unit> units) {
  std::stable_sort(units.begin(), units.end(),
                   [](const candidate_unit &a, const candidate_unit &b) { return a.score < b.score; });
  return units;
}

std::size_t total_alive(const std::vector<prunable> &layers) {
  std::size_t total = 0;
  for (const prunable &l : layers) total += l.alive_count();
  return total;
}

std::vector<std::size_t> alive_per_channel(const prunable &l) {
  std::vector<std::size_t> counts(l.channels, 0);
  for (std::size_t i = 0; i < l.alive.size(); ++i)
    if (l.alive[i] != 0) ++counts[l.channel_of(i)];
  return counts;
}

std::vector<float> channel_magnitudes(const prunable &l) {
  std::vector<double> sums(l.channels, 0);
  for (std::size_t i = 0; i < l.weight.size(); ++i)
    if (l.alive[i] != 0) sums[l.channel_of(i)] += static_cast<double>(l.weight[i]) * static_cast<double>(l.weight[i]);
  const double rows = static_cast<double>(l.weight.size()) / static_cast<double>(l.channels);
  std::vector<float> roots;
  for (const double s : sums) roots.push_back(static_cast<float>(std::sqrt(s / rows)));
  return roots;
}

}  // namespace

std::size_t prunable::alive_count() const {
  return static_cast<std::size_t>(std::count_if(alive.begin(), alive.end(), [](char a) { return a != 0; }));
}

std::vector<double> scores_of(const std::vector<float> &weight, const std::vector<char> &alive, criterion by) {
  std::vector<double> scores(weight.size(), 0);
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < weight.size(); ++i)
    if (alive[i] != 0) order.push_back(i);
  if (by == criterion::magnitude) {
    for (const std::size_t i : order) scores[i] = std::fabs(static_cast<double>(weight[i]));
    return scores;
  }
  const auto square = [&](std::size_t i) { return static_cast<double>(weight[i]) * static_cast<double>(weight[i]); };
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return square(a) < square(b); });
  double sum = 0;
  for (std::size_t k = order.size(); k-- > 0;) {
    sum += square(order[k]);
    scores[order[k]] = sum > 0 ? square(order[k]) / sum : 0;
  }
  return scores;
}

std::size_t floor_of(const prunable &layer) { return std::max<std::size_t>(1, layer.channels / 4); }

void remove_weights(std::vector<prunable> &layers, std::size_t keep, criterion by, bool guards) {
  std::size_t alive = total_alive(layers);
  std::vector<candidate_unit> units;
  std::vector<std::size_t> left;
  std::vector<std::vector<std::size_t>> left_of_output;
  for (std::size_t l = 0; l < layers.size(); ++l) {
    const std::vector<double> scores = scores_of(layers[l].weight, layers[l].alive, by);
    for (std::size_t i = 0; i < scores.size(); ++i)
      if (layers[l].alive[i] != 0) units.push_back({scores[i], l, i});
    left.push_back(layers[l].alive_count());
    left_of_output.push_back(alive_per_channel(layers[l]));
  }
  for (const candidate_unit &u : in_order(std::move(units))) {
    if (alive <= keep) return;
    prunable &l = layers[u.layer];
    std::size_t &of_output = left_of_output[u.layer][l.channel_of(u.index)];
    if (guards && (left[u.layer] <= floor_of(l) || (l.output && of_output <= 1))) continue;
    l.alive[u.index] = 0;
    --left[u.layer];
    --of_output;
    --alive;
  }
}

void remove_channels(std::vector<prunable> &layers, std::size_t keep, criterion by, bool guards) {
  std::size_t alive = total_alive(layers);
  std::vector<candidate_unit> units;
  std::vector<std::size_t> left(layers.size(), 0);
  for (std::size_t l = 0; l < layers.size(); ++l) {
    if (layers[l].output) continue;
    const std::vector<std::size_t> counts = alive_per_channel(layers[l]);
    std::vector<char> channel_alive;
    for (const std::size_t c : counts) channel_alive.push_back(c > 0 ? 1 : 0);
    const std::vector<double> scores = scores_of(channel_magnitudes(layers[l]), channel_alive, by);
    for (std::size_t c = 0; c < counts.size(); ++c)
      if (counts[c] > 0) units.push_back({scores[c], l, c});
    left[l] = static_cast<std::size_t>(std::count(channel_alive.begin(), channel_alive.end(), 1));
  }
  for (const candidate_unit &u : in_order(std::move(units))) {
    if (alive <= keep) return;
    prunable &l = layers[u.layer];
    if (left[u.layer] <= (guards ? floor_of(l) : 1)) continue;
    for (std::size_t i = 0; i < l.alive.size(); ++i) {
      if (l.channel_of(i) != u.index || l.alive[i] == 0) continue;
      l.alive[i] = 0;
      --alive;
    }
    --left[u.layer];
  }
}

void remove_in_blocks(prunable &layer, std::size_t kept, std::size_t block) {
  std::vector<std::vector<std::size_t>> rows(layer.channels);
  for (std::size_t i = 0; i < layer.weight.size(); ++i) rows[layer.channel_of(i)].push_back(i);
  for (const std::vector<std::size_t> &row : rows) {
    for (std::size_t first = 0; first < row.size(); first += block) {
      const std::size_t size = std::min(block, row.size() - first);
      const std::size_t stay = (kept * size + block - 1) / block;
      std::vector<std::size_t> order(row.begin() + static_cast<std::ptrdiff_t>(first),
                                     row.begin() + static_cast<std::ptrdiff_t>(first + size));
      const auto worth = [&](std::size_t i) { return layer.alive[i] != 0 ? std::fabs(layer.weight[i]) : -1.0F; };
      std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return worth(a) > worth(b); });
      for (std::size_t k = stay; k < order.size(); ++k) layer.alive[order[k]] = 0;
    }
  }
}

}  // namespace nac::compressing

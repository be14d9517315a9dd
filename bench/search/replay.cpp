// SPDX-License-Identifier: Apache-2.0
#include "replay.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "problem_space.hpp"

namespace nac::bench {
namespace {

/// A column of the log: its values in the order of their indices.
struct column {
  std::string name;
  std::vector<std::string> values;
};

struct log_layout {
  std::string file, source, metric;
  bool larger_is_better = false;
  problem shape;
  std::vector<column> columns;  ///< one per dimension

  std::size_t add(bool ordered, const std::string &name, const std::vector<std::string> &values) {
    shape.space.push_back(ordered ? ordered_dimension(name, values.size()) : choice_dimension(name, values.size()));
    columns.push_back({name, values});
    return columns.size() - 1;
  }
  void add_if(std::size_t parent, const std::vector<int64_t> &when, bool ordered, const std::string &name,
              const std::vector<std::string> &values) {
    const std::size_t at = add(ordered, name, values);
    shape.space[at] = only_if(shape.space[at], parent, when);
  }
};

std::vector<std::string> indices(int count, int first = 0) {
  std::vector<std::string> texts;
  for (int i = 0; i < count; ++i) texts.push_back(std::to_string(first + i));
  return texts;
}

log_layout bragg_layout() {
  log_layout l{"bragg_global_search.csv", "global_search_a", "mean_distance_px", false, {}, {}};
  const std::vector<std::string> norms = {"none", "batch"};
  l.add(true, "Proj_outchannel", indices(4));
  for (const char *b : {"b0", "b1", "b2"}) {
    const std::string block = b;
    const std::size_t kind = l.add(false, block, {"Conv", "ConvAttn", "None"});
    for (const char *n : {"_0", "_1"}) {
      l.add_if(kind, {0}, true, block + "_Conv_channels" + n, indices(6));
      l.add_if(kind, {0}, true, block + "_Conv_kernels" + n, {"1", "3"});
      l.add_if(kind, {0}, false, block + "_Conv_norms" + n, norms);
      l.add_if(kind, {0}, false, block + "_Conv_acts" + n, indices(4));
    }
    l.add_if(kind, {1}, true, block + "_ConvAttn_hiddenchannel", indices(6));
    l.add_if(kind, {1}, false, block + "_ConvAttn_act", indices(4));
  }
  for (int layer = 0; layer < 4; ++layer) {
    const std::string n = "_" + std::to_string(layer);
    if (layer < 3) l.add(true, "MLP_width" + n, indices(5));
    l.add(false, "MLP_norms" + n, norms);
    l.add(false, "MLP_acts" + n, indices(4));
  }
  return l;
}

log_layout jets_layout() {
  log_layout l{"deepsets_global_search.csv", "global_search_a", "val_accuracy", true, {}, {}};
  l.add(false, "aggregator_type", indices(2));
  l.add(true, "bottleneck_dim", indices(7));
  for (const char *part : {"phi", "rho"}) {
    const std::string name = part;
    const std::size_t length = l.add(true, name + "_len", indices(4, 1));
    for (int64_t layer = 0; layer < 4; ++layer) {
      // Layer i is there when the part is longer than i; its width when another layer follows.
      const std::string n = "_" + std::to_string(layer);
      std::vector<int64_t> there, followed;
      for (int64_t i = layer; i < 4; ++i) there.push_back(i);
      for (int64_t i = layer + 1; i < 4; ++i) followed.push_back(i);
      l.add_if(length, there, false, name + "_MLP_norms" + n, {"none", "batch"});
      l.add_if(length, there, false, name + "_MLP_acts" + n, indices(3));
      if (layer < 3) l.add_if(length, followed, true, name + "_MLP_width" + n, indices(5));
    }
  }
  return l;
}

bool is_active(const dimension &d, const std::vector<double> &genome) {
  return std::all_of(d.conditions.begin(), d.conditions.end(), [&](const auto &c) {
    const double v = genome[c.parent];
    return !std::isnan(v) && std::count(c.values.begin(), c.values.end(), static_cast<int64_t>(v)) > 0;
  });
}

using log_row = std::map<std::string, std::string>;

std::vector<std::string> cells_of(const std::string &line) {
  std::vector<std::string> cells;
  std::stringstream text(line.substr(0, line.find('\r')));
  for (std::string cell; std::getline(text, cell, ',');) cells.push_back(cell);
  return cells;
}

/// False: an active dimension has no value, or an unknown one.
bool read_genome(const log_layout &l, const log_row &row, std::vector<double> &genome) {
  genome.assign(l.columns.size(), std::nan(""));
  for (std::size_t i = 0; i < genome.size(); ++i) {
    if (!is_active(l.shape.space[i], genome)) continue;
    const auto cell = row.find("hp:" + l.columns[i].name);
    if (cell == row.end()) return false;
    const auto &values = l.columns[i].values;
    const auto at = std::find(values.begin(), values.end(), cell->second);
    if (at == values.end()) return false;
    genome[i] = static_cast<double>(at - values.begin());
  }
  return true;
}

}  // namespace

bool is_replay(const std::string &problem) { return problem == "replay_bragg" || problem == "replay_jets"; }

trial_pool load_pool(const std::string &name, const std::filesystem::path &folder) {
  if (!is_replay(name)) throw failure(NAC_NOT_FOUND, "no replay '" + name + "'; there are: replay_bragg replay_jets");
  log_layout layout = name == "replay_bragg" ? bragg_layout() : jets_layout();
  const std::filesystem::path path = folder / layout.file;
  std::ifstream in(path);
  std::string line;
  if (!in || !std::getline(in, line))
    throw failure(NAC_NOT_FOUND, "the log '" + path.string() +
                                     "' cannot be read; the replay needs the folder nac_search_logs of the project's "
                                     "data: name it with --data or set NAC_DATA_DIR to the folder above it");
  const std::vector<std::string> head = cells_of(line);
  for (const std::string &needed : {std::string("source"), layout.metric, std::string("bops")})
    if (std::count(head.begin(), head.end(), needed) == 0)
      throw failure(NAC_DATA_LOSS, "'" + path.string() + "' has no column '" + needed + "'");

  trial_pool pool;
  std::set<std::vector<int>> seen;
  double largest = 0;
  while (std::getline(in, line)) {
    const std::vector<std::string> cells = cells_of(line);
    log_row row;
    for (std::size_t i = 0; i < cells.size() && i < head.size(); ++i) row[head[i]] = cells[i];
    if (row["source"] != layout.source) continue;
    logged_trial trial;
    std::vector<int> key;
    const bool whole = read_genome(layout, row, trial.genome);
    for (const double v : trial.genome) key.push_back(std::isnan(v) ? -1 : static_cast<int>(v));
    if (!whole || !seen.insert(key).second) {
      ++pool.left_out;
      continue;
    }
    const double metric = std::stod(row[layout.metric]), cost = std::log2(std::stod(row["bops"]));
    trial.objectives = {layout.larger_is_better ? 1 - metric : metric, cost};
    largest = std::max(largest, cost);
    pool.trials.push_back(std::move(trial));
  }
  if (pool.trials.empty())
    throw failure(NAC_DATA_LOSS, "'" + path.string() + "' has no whole row of the source '" + layout.source + "'");
  pool.shape = std::move(layout.shape);
  pool.shape.name = name;
  pool.shape.objectives = 2;
  pool.shape.exact = 0b10;
  // Errors beyond these are of no use to anybody; in cost, everything that was logged counts.
  pool.shape.near_reference = {name == "replay_bragg" ? 0.30 : 0.60, largest + 0.01};
  pool.shape.far_reference = {name == "replay_bragg" ? 0.70 : 0.80, largest + 0.01};
  return pool;
}

double genome_distance(const std::vector<dimension> &space, const std::vector<double> &a,
                       const std::vector<double> &b) {
  double distance = 0;
  for (std::size_t i = 0; i < space.size(); ++i) {
    const bool in_a = !std::isnan(a[i]), in_b = !std::isnan(b[i]);
    if (in_a != in_b) distance += 0.5;
    if (!in_a || !in_b || a[i] == b[i]) continue;
    const dimension &d = space[i];
    distance += d.kind == NAC_DIMENSION_ORDERED ? 0.25 + 0.75 * std::abs(a[i] - b[i]) / (d.high - d.low) : 1;
  }
  return distance;
}

const logged_trial *Projection::take_nearest(const std::vector<double> &genome) {
  std::size_t chosen = pool_->trials.size(), ties = 0;
  double least = INFINITY;
  for (std::size_t i = 0; i < pool_->trials.size(); ++i) {
    if (used_[i]) continue;
    const double distance = genome_distance(pool_->shape.space, genome, pool_->trials[i].genome);
    if (distance > least) continue;
    ties = distance < least ? 1 : ties + 1;
    least = distance;
    if (random_.below(ties) == 0) chosen = i;
  }
  if (chosen == pool_->trials.size()) return nullptr;
  used_[chosen] = 1;
  return &pool_->trials[chosen];
}

const logged_trial &Projection::nearest(const std::vector<double> &genome) const {
  return *std::min_element(pool_->trials.begin(), pool_->trials.end(), [&](const auto &a, const auto &b) {
    return genome_distance(pool_->shape.space, genome, a.genome) <
           genome_distance(pool_->shape.space, genome, b.genome);
  });
}

}  // namespace nac::bench

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "study/quantity.hpp"
#include "study/study.hpp"

namespace nac::fw {

/// A step of a chain of compression passes, as reports use it.
struct CompressPoint {
  Study::CompressRow row;
  std::optional<int> bits;         ///< of the weights: as measured, else as the chain says
  std::optional<double> sparsity;  ///< share of the weights that are zero, 0 to 1

  std::optional<double> value(const std::string &name) const;  ///< nothing where it is missing or not finite
  bool kept() const { return row.state == "measured"; }
};

struct CompressChain {
  std::string key;                    ///< as the study names it, {"bits": 8}
  std::string label;                  ///< for people, "8 bits"
  std::optional<int> bits;            ///< as the chain says, else of its last kept point
  std::vector<CompressPoint> points;  ///< by position
};

/// One network of the search and what became of it.
struct CompressNetwork {
  uint64_t trial = 0;
  std::vector<CompressChain> chains;  ///< from many bits to few
};

struct TunedNetwork {
  uint64_t trial = 0;
  std::vector<Study::TuneRow> rows;  ///< by number
};

/// A step by its place in the study.
struct StepName {
  uint64_t trial = 0;
  std::string chain;
  int position = 0;
};

/// By trial; the order of the rows does not matter.
std::vector<CompressNetwork> compress_networks(const std::vector<Study::CompressRow> &rows);
std::vector<TunedNetwork> tuned_networks(const std::vector<Study::TuneRow> &rows);
/// The complete recipe with the best finite value, the earlier of equal ones; nothing where there is none.
const Study::TuneRow *best_recipe(const TunedNetwork &network, const Quantity &metric);
/// Nothing where there is no such step. Chains are the same when their JSON is, however it is written.
const CompressPoint *find_point(const std::vector<CompressNetwork> &networks, const StepName &name);

}  // namespace nac::fw

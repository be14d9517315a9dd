// SPDX-License-Identifier: Apache-2.0
//
// drive.hpp: runs searches as a host would, without one.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "nac/cpp/search.hpp"
#include "problems.hpp"
#include "search_common/space_model.hpp"

namespace nac::testing {

using maker = std::function<std::unique_ptr<search>()>;
struct named_maker {
  std::string name;
  maker make;
};
/// Every bundled strategy, with its default parameters unless drive.cpp says why not.
std::vector<named_maker> all_strategies();

struct run_options {
  uint64_t seed = 1, trials = 100;
  uint32_t lookahead = 1;
};

struct run_record {
  std::vector<searching::genome> asked;  ///< canonical
  std::vector<double> rows;              ///< objectives, in trial order
  double worst_ask_ms = 0, mean_us = 0;  ///< processor time; mean of ask + tell
};

/// Asks and tells in the host's fixed order; stops early when the space is exhausted.
run_record run(search &s, const bench::problem &p, const run_options &o);

/// A problem of one or two objectives over any small space: weighted sums of the active values.
bench::problem weighted(std::vector<dimension> space, std::size_t objectives);
/// Blocks with conditional children of every kind, two levels deep; 3 * 2 + 4 * (1 + 3) = 22 different points.
std::vector<dimension> small_tree();

std::string text_of(const searching::genome &g);
double median(std::vector<double> values);
double best(const run_record &r);

}  // namespace nac::testing

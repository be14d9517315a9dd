// SPDX-License-Identifier: Apache-2.0
//
// record.hpp: what a run reached at each budget, whoever ran it.
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <set>
#include <string>
#include <vector>

#include "problems.hpp"

namespace nac::bench {

class Record {
 public:
  explicit Record(const problem &p) : problem_(&p) {}
  /// One evaluated trial; `canonical` is equal for candidates that differ in inactive dimensions only.
  void add(const std::string &canonical, std::vector<double> objectives);
  std::size_t trials() const { return rows_.size(); }
  /// Of the first `budget` trials, each array with one entry per budget: "near" and "far" hypervolume of all evaluated
  /// points (several objectives) or "best" value (one), "repeats" (trials equal to an earlier one). A run that ended
  /// before a budget because its space was used up stands there as it ended.
  nlohmann::json standings(const std::vector<std::size_t> &budgets) const;

 private:
  const problem *problem_;
  std::vector<std::vector<double>> rows_;
  std::vector<std::size_t> repeats_;  ///< among the trials so far, after each
  std::set<std::string> seen_;
};

}  // namespace nac::bench

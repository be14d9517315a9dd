// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <string>
#include <vector>

#include "study/trial.hpp"

namespace nac::fw {

/// Something that trials are measured by.
struct Quantity {
  std::string name, unit;
  int direction = -1;  ///< -1: smaller is better, +1: larger is better
  bool free = false;   ///< known without training
  bool operator==(const Quantity &) const = default;
};

/// "name <= limit" on a metric or cost.
struct Constraint {
  std::string name;
  bool at_most = true;  ///< false: at least
  double limit = 0;
  std::string text;
};
/// The first constraint that the values there are break, in words; "" if none.
std::string broken_constraint(const std::vector<Constraint> &constraints, const std::map<std::string, double> &metrics);
/// Values to be minimized, in order. Throws Error for a value that is missing or not finite.
std::vector<double> minimized(const std::vector<Quantity> &objectives, const std::map<std::string, double> &metrics);

/// As stored in a study.
std::string to_json(const std::vector<Constraint> &constraints);
std::vector<Constraint> constraints_from_json(const std::string &json);  ///< throws Error (NAC_DATA_LOSS)
std::string to_json(const std::vector<Quantity> &quantities);
std::vector<Quantity> quantities_from_json(const std::string &json);  ///< throws Error (NAC_DATA_LOSS)

/// Measured, feasible trials that no other dominates, by number. Trials that were stopped at a rung are judged by what
/// they had reached.
std::vector<uint64_t> front_of(const std::vector<Trial> &trials);

}  // namespace nac::fw

// SPDX-License-Identifier: Apache-2.0
#pragma once
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

/// As stored in a study.
std::string to_json(const std::vector<Quantity> &quantities);
std::vector<Quantity> quantities_from_json(const std::string &json);  ///< throws Error (NAC_DATA_LOSS)

/// Complete, feasible trials that no other dominates, by number.
std::vector<uint64_t> front_of(const std::vector<Trial> &trials);

}  // namespace nac::fw

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "manifest/experiment.hpp"
#include "study/quantity.hpp"
#include "study/trial.hpp"

namespace nac::fw {

/// What a size class got.
struct ClassChoice {
  std::string name;
  double limit = 0;               ///< upper bound of the BOPs
  std::optional<uint64_t> trial;  ///< none: no trial of the front is of this size
};

/// For each class the member of the Pareto front with the best `metric` among those whose BOPs are at most the class's
/// limit and above the next lower class's. Of equal ones: fewer BOPs, then the lower number. Classes come back in
/// ascending order of their limits.
std::vector<ClassChoice> select_classes(const SelectStage &stage, const std::vector<Trial> &trials,
                                        const Quantity &metric);

}  // namespace nac::fw

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "study/quantity.hpp"
#include "study/trial.hpp"

namespace nac::fw {

/// A front in numbers. Costs count by their logarithm (unless one is not positive), everything is scaled to the front's
/// own range, and the hypervolume is a share of the box from the front's best values to a tenth of the range beyond its
/// worst ones.
struct FrontFigures {
  double hypervolume = 0;
  std::vector<double> reference;            ///< that far corner, one value per objective in its own unit
  std::map<uint64_t, double> contribution;  ///< trial -> share of the hypervolume that it alone dominates
  std::optional<uint64_t> knee;             ///< see study/front_measures.hpp
};

/// `front`: complete trials that do not dominate each other.
FrontFigures front_figures(const std::vector<Trial> &front, const std::vector<Quantity> &objectives);

}  // namespace nac::fw

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "designs.hpp"

namespace nac::bench {

struct fitted {
  std::vector<double> lut, ff;             ///< in the order of lut_term and ff_term
  double lut_wrapper = 0, ff_wrapper = 0;  ///< what stands around each layer of the single-layer collection
};

/// What a bit of each structure should cost by what the circuits are; where the data say little, this stays.
fitted prior();
/// Coefficients that are not negative, for the smallest symmetric relative error, each repository with the square root
/// of its weight in rows.
fitted fit(const std::vector<const published_design *> &designs);

double dot(const double *terms, const std::vector<double> &coefficients);

}  // namespace nac::bench

// SPDX-License-Identifier: Apache-2.0
//
// host_space.hpp: a problem's dimensions as the host's own space, and points back as genomes.
#pragma once
#include <vector>

#include "problems.hpp"
#include "services/space.hpp"

namespace nac::bench {

/// Choices are named "0", "1", ... and ordered values are 0, 1, ...: a problem is stated in indices.
fw::Space host_space(const std::vector<dimension> &dimensions);
/// One value per dimension; NaN where the dimension is inactive.
std::vector<double> genome_of(const fw::Point &point);
/// Inactive dimensions of the genome are not read.
fw::Point point_of(const fw::Space &space, const std::vector<double> &genome);

}  // namespace nac::bench

// SPDX-License-Identifier: Apache-2.0
//
// hypervolume.hpp: the volume that a set of points dominates below a reference point (minimization). Rows as in
// pareto.hpp.
#pragma once
#include <cstddef>
#include <vector>

namespace nac::searching {

/// Exact, by slicing along the last objective down to a sweep over two: O(n log n) for m = 2, O(n^2 log n) for m = 3.
/// Points that do not lie strictly below the reference point in every objective count nothing.
double hypervolume(const std::vector<double> &f, std::size_t m, const std::vector<double> &reference);

/// What `point` (m values) adds to the hypervolume of f.
double hypervolume_gain(const std::vector<double> &f, std::size_t m, const double *point,
                        const std::vector<double> &reference);

}  // namespace nac::searching

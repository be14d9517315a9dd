// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <vector>

namespace nac::fw {

using Objectives = std::vector<double>;  ///< all minimized

/// a is no worse everywhere and better somewhere.
bool dominates(const Objectives &a, const Objectives &b);
/// Indices of the non-dominated points, ascending; of equal points the first.
std::vector<std::size_t> pareto_front(const std::vector<Objectives> &points);
/// Volume dominated by the points and bounded by `reference`; points beyond it count nothing. Exact for any number of
/// objectives (sweep in 2-D, WFG beyond: While, Bradstreet, Barone 2012).
double hypervolume(const std::vector<Objectives> &points, const Objectives &reference);

}  // namespace nac::fw

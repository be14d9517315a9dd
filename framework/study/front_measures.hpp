// SPDX-License-Identifier: Apache-2.0
//
// front_measures.hpp: what is said about a front beside its hypervolume (pareto.hpp).
#pragma once
#include <cstddef>
#include <optional>
#include <vector>

#include "study/pareto.hpp"

namespace nac::fw {

/// The volume that each point alone dominates below `reference`: 0 for dominated points, for one of two equal points
/// and for points beyond the reference. Exact for any number of objectives.
std::vector<double> exclusive_contributions(const std::vector<Objectives> &points, const Objectives &reference);

/// Mean over the reference front of how far the nearest point stays behind it (Ishibuchi, Masuda, Tanigaki, Nojima
/// 2015): only objectives in which the point is worse count, so dominating points are at no distance. Scale the
/// objectives first. Infinite without points; throws Error without a reference front.
double igd_plus(const std::vector<Objectives> &points, const std::vector<Objectives> &reference_front);

/// The point of a front that lies farthest from the plane through its extremes, on the side of the ideal, with every
/// objective scaled to the front's own range; of equal ones the first. None when no point lies below that plane, as on
/// a straight or concave front and on one of fewer than three points.
std::optional<std::size_t> knee(const std::vector<Objectives> &front);

}  // namespace nac::fw

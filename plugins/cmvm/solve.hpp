// SPDX-License-Identifier: Apache-2.0
//
// solve.hpp: an adder graph for a constant matrix.
#pragma once
#include "cmvm/graph.hpp"

namespace nac::cmvm {

struct settings {
  /// Additions that the longest way may have beyond the fewest possible, see least_depth(). Negative: any number.
  int extra_depth = -1;
  /// Pairs of digits that may be looked at. The matrix is solved at least once; what is left goes into other scoring
  /// rules and decompositions, of which the cheapest counts. Same problem, same settings: same graph.
  int64_t effort = 5'000'000;
  /// Inputs whose sums share additions at a time: time and memory grow with the square of it.
  int block = 64;
};

/// Never dearer than separate_trees(), and as deep as that where no depth is left to choose.
adder_graph solve(const problem &p, const settings &how = {});

/// Signed digits of each column added up in a balanced tree; only columns that are equal up to shift
/// and sign are shared.
adder_graph separate_trees(const problem &p);

/// Depth of separate_trees(): that of the widest sum.
int least_depth(const problem &p);

}  // namespace nac::cmvm

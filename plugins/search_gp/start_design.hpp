// SPDX-License-Identifier: Apache-2.0
//
// start_design.hpp: the first candidates, before a model can say anything.
#pragma once
#include "kernel.hpp"
#include "screen.hpp"

namespace nac::searching {

/// Up to `count` feasible candidates of different networks, fewer when the space has no more: spread evenly over the
/// exact objectives (random sampling hardly ever meets the ends of the cost axis) and far apart in the space. The order
/// is such that the first few are spread as well.
std::vector<genome> start_design(const space_model &space, const kernel &k, const screen &known, std::size_t count,
                                 rng &r);

}  // namespace nac::searching

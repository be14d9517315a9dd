// SPDX-License-Identifier: Apache-2.0
//
// share.hpp: additions that several sums have in common, taken out greedily.
#pragma once
#include <cstdint>
#include <limits>
#include <vector>

#include "cmvm/builder.hpp"

namespace nac::cmvm {

/// How much an addition that occurs n times is worth: (n - forgiven) * (overlap of the operands + width * width_share),
/// a little more or less for a seed other than 0.
struct scoring {
  double forgiven = 0;
  double width_share = 0;
  double noise = 0;
  uint64_t seed = 0;
};

/// A sum that has yet to be built. `room`: how much deeper it may get, in leaves: terms of depth d take 2^d leaves of a
/// balanced tree. No term may shift by more than 62.
struct open_sum {
  std::vector<term> terms;
  double room = std::numeric_limits<double>::infinity();
};

/// Takes pairs of terms that occur at least twice, up to a common shift and sign, out of all sums, best score first.
/// Time grows with the square of the terms of a sum.
void share_pairs(builder &b, std::vector<open_sum> &sums, const scoring &rule);

}  // namespace nac::cmvm

// SPDX-License-Identifier: Apache-2.0
//
// grid_pass.hpp: one resolution of a grid over a conditional space.
#pragma once
#include <functional>
#include <optional>
#include <vector>

#include "search_common/space_model.hpp"

namespace nac::searching {

/// Pass p takes at most 2^p + 1 values of every ordered dimension, integer and number, evenly spread and with both
/// ends, so that every pass contains the one before; and all values of a choice, which has no coarse version.
class grid_pass {
 public:
  /// Numbers have `levels` values (2 and more) in the finest pass, evenly spaced on their (logarithmic) range. Keeps a
  /// pointer to `space`.
  grid_pass(const space_model &space, uint64_t levels, unsigned pass, uint64_t seed);

  bool finest() const { return finest_; }
  /// A full genome of the pass for which seen(g) is false: at random, then by enumeration, so that none is missed.
  /// Empty when there is none. Depends on `seen` and r only: nothing needs to be saved.
  std::optional<genome> find(const std::function<bool(const genome &)> &seen, rng &r);

 private:
  double value(std::size_t i, uint64_t index) const;
  genome translated(const genome &indices) const;
  bool advance();

  const space_model *space_;
  unsigned pass_;
  std::vector<uint64_t> total_;  ///< values of each dimension in the finest pass
  space_model grid_;             ///< dimensions as indices of the values that this pass takes
  std::vector<uint64_t> cursor_, shift_;
  bool finest_ = true, enumerated_ = false;
};

}  // namespace nac::searching

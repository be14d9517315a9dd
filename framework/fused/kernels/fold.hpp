// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>

#include "fixed/training/fold_loops.hpp"

namespace nac::fw::fused {

/// The grids of a layer's weights and what is multiplied after rounding, per channel.
struct FoldGrid {
  const double *inverse;  ///< 2^fraction
  const double *scale;    ///< 2^-fraction * restored
  QuantType type;
};

/// Whether fold_to_grid() can do it: others wrap, or are too wide.
bool folds_in_doubles(const QuantType &type);
/// fold_weights() of fixed/training/fold_loops.hpp, bit for bit; `restored` of `in` is not read.
void fold_to_grid(const WeightArrays &in, const WeightLayout &layout, const FoldGrid &grid, float *out);

}  // namespace nac::fw::fused

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hls_backend/model/model.hpp"

namespace nac::hls {

/// What a dense or conv layer can add up to, found from its integers alone and on its accumulator's grid.
struct matrix_bounds {
  bounds sums;      ///< every output, bias included
  bounds partials;  ///< every partial sum in any order
};

/// For inputs in `range` with `fraction` bits; the padding of a convolution counts. Throws failure (NAC_INTERNAL) when
/// a product or the bias does not lie on the accumulator's grid, or a bound needs more than 64 bits.
matrix_bounds bounds_of_matrix(const layer &l, const bounds &range, int fraction);

}  // namespace nac::hls

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>

#include "fixed/quantizer.hpp"

namespace nac::fw {

// Loops over float and double values. All four combinations of types exist.

/// y = n * 2^-fraction for quantize()'s n of each x; a subnormal float x counts as 0, NaN stays. Out must hold every
/// integer of the type exactly.
template <class In, class Out>
void quantize_values(const In *x, Out *y, std::size_t count, int fraction, const QuantType &type);

/// Gradient of the above, straight through: gx = g where x rounds to an integer of the type, else 0; gx may be null.
/// Returns the gradient of the scale (Jain et al. 2019): the sum of g * (n - x / scale) there and of g * n elsewhere;
/// 0 when `scale_too` is false. With WRAP likewise: what wraps has no gradient.
template <class In, class Out>
double quantizer_gradient(const In *x, const Out *y, const Out *g, In *gx, std::size_t count, int fraction,
                          const QuantType &type, bool scale_too);

}  // namespace nac::fw

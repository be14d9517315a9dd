// SPDX-License-Identifier: Apache-2.0
#ifndef NAC_TABLE_H_
#define NAC_TABLE_H_

#include "nac_pointwise.h"

namespace nac {

/// table[n - LOW] for x = n * 2^-fraction: a function of all values that x can have.
template <int LOW, class IN, class OUT>
OUT lookup(const IN &x, const OUT table[]) {
#pragma HLS INLINE
  const int n = integer_of(x);
  return table[n - LOW];
}

}  // namespace nac

#endif

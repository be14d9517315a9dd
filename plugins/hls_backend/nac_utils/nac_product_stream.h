// SPDX-License-Identifier: Apache-2.0
//
// Matrix times vector in CONFIG::steps steps, one per iteration of a pipelined loop. One step: everything at once, as
// many multipliers as weights. More: each step uses the same multipliers for another slice of the matrix, which a
// memory gives. First the inputs are divided into CONFIG::in_steps parts, then the outputs into CONFIG::groups.
#ifndef NAC_PRODUCT_STREAM_H_
#define NAC_PRODUCT_STREAM_H_

#include "nac_stream.h"

namespace nac {

/// Which step it is. A vector may come in CONFIG::parts words, each with steps of its own.
template <class CONFIG>
struct product_step {
  unsigned in_step, group, part, slice;

  product_step() : in_step(0), group(0), part(0), slice(0) {
#pragma HLS INLINE
  }
  bool first_of_word() const {
#pragma HLS INLINE
    return in_step == 0 && group == 0;
  }
  bool last_of_word() const {
#pragma HLS INLINE
    return in_step == CONFIG::in_steps - 1 && group == CONFIG::groups - 1;
  }
  bool last() const {
#pragma HLS INLINE
    return last_of_word() && part == CONFIG::parts - 1;
  }
  void next() {
#pragma HLS INLINE
    slice = last() ? 0 : slice + 1;
    if (in_step < CONFIG::in_steps - 1) {
      in_step++;
      return;
    }
    in_step = 0;
    if (group < CONFIG::groups - 1) {
      group++;
      return;
    }
    group = 0;
    part = part == CONFIG::parts - 1 ? 0 : part + 1;
  }
};

/// The products of one step. `x` is the word, `weights` the slices one after the other, each [inputs][outputs].
template <class CONFIG, class T>
void add_products(const T x[CONFIG::n_in], const typename CONFIG::weight_t weights[CONFIG::n_weights],
                  const typename CONFIG::bias_t biases[CONFIG::n_out], const product_step<CONFIG> &at,
                  typename CONFIG::accum_t sums[CONFIG::n_out]) {
#pragma HLS INLINE
  const unsigned inputs = CONFIG::n_in / CONFIG::in_steps, outputs = CONFIG::n_out / CONFIG::groups;
OUTPUTS:
  for (unsigned o = 0; o < outputs; o++) {
#pragma HLS UNROLL
    // Added up before the accumulator is touched: from one step to the next there is a single addition.
    typename CONFIG::accum_t slice = 0;
  INPUTS:
    for (unsigned i = 0; i < inputs; i++) {
#pragma HLS UNROLL
      slice += x[at.in_step * inputs + i] * weights[(at.slice * inputs + i) * outputs + o];
    }
    const unsigned to = at.group * outputs + o;
    typename CONFIG::accum_t before = sums[to];
    if (at.in_step == 0 && at.part == 0) before = biases[to];
    sums[to] = before + slice;
  }
}

}  // namespace nac

#endif

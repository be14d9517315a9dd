// SPDX-License-Identifier: Apache-2.0
//
// Matrix times vectors that arrive in words.
// A vector in one word: cycles per sample: words * steps * interval.
// A vector in several words is folded as it arrives: each word is multiplied by its slice of the matrix, which a memory
// gives, with as many multipliers as the slice has weights. Cycles per sample: the same, with steps = interval = 1 as
// long as the reuse factor is no more than the number of words: no time passes beyond that of the stream.
#ifndef NAC_DENSE_STREAM_H_
#define NAC_DENSE_STREAM_H_

#include "nac_product_stream.h"

namespace nac {

template <class IN, class OUT, class CONFIG>
void dense_stream(hls::stream<IN> &in, hls::stream<OUT> &out) {
  typename IN::value_type x[CONFIG::n_in];
#pragma HLS ARRAY_PARTITION variable=x complete dim=0
  typename CONFIG::accum_t sums[CONFIG::n_out];
#pragma HLS ARRAY_PARTITION variable=sums complete dim=0
  product_step<CONFIG> step;

WORDS:
  for (unsigned w = 0; w < CONFIG::words * CONFIG::steps; w++) {
#pragma HLS PIPELINE II=CONFIG::interval
    if (step.first_of_word()) {
      IN word = in.read();
      NAC_ONE_WORD(word)
      for (unsigned i = 0; i < CONFIG::n_in; i++) {
#pragma HLS UNROLL
        x[i] = word[i];
      }
    }
    CONFIG::multiply(x, step, sums);
    if (step.last()) {
      OUT result;
      NAC_ONE_WORD(result)
      for (unsigned o = 0; o < CONFIG::n_out; o++) {
#pragma HLS UNROLL
        result[o] = CONFIG::finish(sums[o]);
      }
      out.write(result);
    }
    step.next();
  }
}

}  // namespace nac

#endif

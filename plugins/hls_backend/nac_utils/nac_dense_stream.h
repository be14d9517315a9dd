// SPDX-License-Identifier: Apache-2.0
//
// Matrix times vectors that arrive in words.
#ifndef NAC_DENSE_STREAM_H_
#define NAC_DENSE_STREAM_H_

#include "nac_stream.h"

namespace nac {

/// Each word is a vector and gives a word of results.
/// Cycles per sample: CONFIG::words * CONFIG::interval.
template <class IN, class OUT, class CONFIG>
void dense_stream(hls::stream<IN> &in, hls::stream<OUT> &out) {
ROWS:
  for (unsigned row = 0; row < CONFIG::words; row++) {
#pragma HLS PIPELINE II=CONFIG::interval
    IN word = in.read();
    NAC_ONE_WORD(word)
    typename IN::value_type x[IN::size];
#pragma HLS ARRAY_PARTITION variable=x complete dim=0
    typename CONFIG::accum_t sums[OUT::size];
#pragma HLS ARRAY_PARTITION variable=sums complete dim=0
    for (unsigned i = 0; i < IN::size; i++) {
#pragma HLS UNROLL
      x[i] = word[i];
    }
    CONFIG::multiply(x, sums);
    OUT result;
    NAC_ONE_WORD(result)
    for (unsigned o = 0; o < OUT::size; o++) {
#pragma HLS UNROLL
      result[o] = CONFIG::finish(sums[o]);
    }
    out.write(result);
  }
}

/// One vector in many words, folded as it arrives: each word is multiplied by its slice of the matrix, which a memory
/// gives. No time passes beyond that of the stream, and there are as many multipliers as a slice has entries.
/// Cycles per sample: CONFIG::words * CONFIG::interval.
/// `weights`: rows in the order in which the elements arrive.
template <class IN, class OUT, class CONFIG>
void dense_folded_stream(hls::stream<IN> &in, hls::stream<OUT> &out,
                         const typename CONFIG::weight_t weights[CONFIG::words * IN::size * OUT::size],
                         const typename CONFIG::bias_t biases[OUT::size]) {
#pragma HLS ARRAY_RESHAPE variable=weights cyclic factor=CONFIG::slice dim=1
#pragma HLS ARRAY_PARTITION variable=biases complete dim=0
  typename CONFIG::accum_t sums[OUT::size];
#pragma HLS ARRAY_PARTITION variable=sums complete dim=0
WORDS:
  for (unsigned w = 0; w < CONFIG::words; w++) {
#pragma HLS PIPELINE II=CONFIG::interval
    IN word = in.read();
    NAC_ONE_WORD(word)
  OUTPUTS:
    for (unsigned o = 0; o < OUT::size; o++) {
#pragma HLS UNROLL
      // Summed up before the accumulator is touched: the loop from one word to the next is a single addition.
      typename CONFIG::accum_t slice = 0;
    INPUTS:
      for (unsigned i = 0; i < IN::size; i++) {
#pragma HLS UNROLL
        slice += word[i] * weights[(w * IN::size + i) * OUT::size + o];
      }
      const typename CONFIG::accum_t before = w == 0 ? typename CONFIG::accum_t(biases[o]) : sums[o];
      sums[o] = before + slice;
    }
    if (w == CONFIG::words - 1) {
      OUT result;
      NAC_ONE_WORD(result)
      for (unsigned o = 0; o < OUT::size; o++) {
#pragma HLS UNROLL
        result[o] = CONFIG::finish(sums[o]);
      }
      out.write(result);
    }
  }
}

}  // namespace nac

#endif

// SPDX-License-Identifier: Apache-2.0
#ifndef NAC_MATMUL_STREAM_H_
#define NAC_MATMUL_STREAM_H_

#include "nac_stream.h"

namespace nac {

/// Products of two activations, CONFIG::batch times [m][k] by [k][n]. The second operand is kept whole, in whatever
/// words it comes: element CONFIG::place(row * n + column) of those of a batch. Then each word of the first, a row,
/// gives a row of the product.
/// Cycles per sample: CONFIG::batch * (CONFIG::kept_words + CONFIG::m * CONFIG::interval).
template <class A, class B, class OUT, class CONFIG>
void matmul_stream(hls::stream<A> &a, hls::stream<B> &b, hls::stream<OUT> &out) {
  typename B::value_type kept[CONFIG::kept_words * B::size];
#pragma HLS ARRAY_PARTITION variable=kept complete dim=0
BATCHES:
  for (unsigned t = 0; t < CONFIG::batch; t++) {
  KEEP:
    for (unsigned w = 0; w < CONFIG::kept_words; w++) {
#pragma HLS PIPELINE II=1
      B word = b.read();
      NAC_ONE_WORD(word)
      for (unsigned i = 0; i < B::size; i++) {
#pragma HLS UNROLL
        kept[w * B::size + i] = word[i];
      }
    }
  ROWS:
    for (unsigned row = 0; row < CONFIG::m; row++) {
#pragma HLS PIPELINE II=CONFIG::interval
      A word = a.read();
      NAC_ONE_WORD(word)
      OUT result;
      NAC_ONE_WORD(result)
    COLUMNS:
      for (unsigned column = 0; column < OUT::size; column++) {
#pragma HLS UNROLL
        typename CONFIG::accum_t sum = 0;
      TERMS:
        for (unsigned i = 0; i < A::size; i++) {
#pragma HLS UNROLL
          sum += word[i] * kept[CONFIG::place(i * OUT::size + column)];
        }
        result[column] = CONFIG::finish(sum);
      }
      out.write(result);
    }
  }
}

}  // namespace nac

#endif

// SPDX-License-Identifier: Apache-2.0
#ifndef NAC_REDUCE_STREAM_H_
#define NAC_REDUCE_STREAM_H_

#include "nac_stream.h"

namespace nac {

/// Sums or largest values: groups of CONFIG::words words each give one word, element i of every word of a group goes to
/// element CONFIG::slot(i) of the result.
/// Cycles per sample: CONFIG::groups * CONFIG::words.
template <class IN, class OUT, class CONFIG>
void reduce_stream(hls::stream<IN> &in, hls::stream<OUT> &out) {
  typename CONFIG::accum_t kept[OUT::size];
#pragma HLS ARRAY_PARTITION variable=kept complete dim=0
  unsigned in_group = 0;
WORDS:
  for (unsigned w = 0; w < CONFIG::groups * CONFIG::words; w++) {
#pragma HLS PIPELINE II=1
    IN word = in.read();
    NAC_ONE_WORD(word)
    bool fresh[OUT::size];
#pragma HLS ARRAY_PARTITION variable=fresh complete dim=0
    for (unsigned o = 0; o < OUT::size; o++) {
#pragma HLS UNROLL
      fresh[o] = in_group == 0;
    }
  ELEMENTS:
    for (unsigned i = 0; i < IN::size; i++) {
#pragma HLS UNROLL
      const unsigned o = CONFIG::slot(i);
      const typename CONFIG::accum_t x = word[i];
      if (fresh[o])
        kept[o] = x;
      else if (!CONFIG::largest)
        kept[o] += x;
      else if (x > kept[o])
        kept[o] = x;
      fresh[o] = false;
    }
    if (in_group == CONFIG::words - 1) {
      OUT result;
      NAC_ONE_WORD(result)
      for (unsigned o = 0; o < OUT::size; o++) {
#pragma HLS UNROLL
        result[o] = CONFIG::finish(kept[o]);
      }
      out.write(result);
      in_group = 0;
    } else {
      in_group++;
    }
  }
}

}  // namespace nac

#endif

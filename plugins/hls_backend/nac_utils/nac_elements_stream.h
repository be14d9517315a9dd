// SPDX-License-Identifier: Apache-2.0
//
// What works word by word. Cycles per sample of each kernel: CONFIG::words.
#ifndef NAC_ELEMENTS_STREAM_H_
#define NAC_ELEMENTS_STREAM_H_

#include "nac_stream.h"

namespace nac {

/// CONFIG::finish() of each element: activations, quantizers and tables.
template <class IN, class OUT, class CONFIG>
void elements_stream(hls::stream<IN> &in, hls::stream<OUT> &out) {
WORDS:
  for (unsigned w = 0; w < CONFIG::words; w++) {
#pragma HLS PIPELINE II=1
    IN word = in.read();
    NAC_ONE_WORD(word)
    OUT result;
    NAC_ONE_WORD(result)
    for (unsigned i = 0; i < IN::size; i++) {
#pragma HLS UNROLL
      result[i] = CONFIG::finish(word[i]);
    }
    out.write(result);
  }
}

/// Sum or difference of two tensors in the same order.
template <class A, class B, class OUT, class CONFIG>
void add_stream(hls::stream<A> &a, hls::stream<B> &b, hls::stream<OUT> &out) {
WORDS:
  for (unsigned w = 0; w < CONFIG::words; w++) {
#pragma HLS PIPELINE II=1
    A first = a.read();
    NAC_ONE_WORD(first)
    B second = b.read();
    NAC_ONE_WORD(second)
    OUT result;
    NAC_ONE_WORD(result)
    for (unsigned i = 0; i < OUT::size; i++) {
#pragma HLS UNROLL
      typename CONFIG::accum_t sum;
      if (CONFIG::negative)
        sum = first[i] - second[i];
      else
        sum = first[i] + second[i];
      result[i] = CONFIG::finish(sum);
    }
    out.write(result);
  }
}

/// Rows of values, one in a word, by CONFIG::rows().
template <class IN, class OUT, class CONFIG>
void softmax_stream(hls::stream<IN> &in, hls::stream<OUT> &out) {
ROWS:
  for (unsigned w = 0; w < CONFIG::words; w++) {
#pragma HLS PIPELINE II=CONFIG::interval
    IN word = in.read();
    NAC_ONE_WORD(word)
    typename IN::value_type x[IN::size];
#pragma HLS ARRAY_PARTITION variable=x complete dim=0
    typename OUT::value_type y[OUT::size];
#pragma HLS ARRAY_PARTITION variable=y complete dim=0
    for (unsigned i = 0; i < IN::size; i++) {
#pragma HLS UNROLL
      x[i] = word[i];
    }
    CONFIG::softmax(x, y);
    OUT result;
    NAC_ONE_WORD(result)
    for (unsigned i = 0; i < OUT::size; i++) {
#pragma HLS UNROLL
      result[i] = y[i];
    }
    out.write(result);
  }
}

}  // namespace nac

#endif

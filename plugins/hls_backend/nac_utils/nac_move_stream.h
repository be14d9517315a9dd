// SPDX-License-Identifier: Apache-2.0
//
// Processes that move words without computing.
#ifndef NAC_MOVE_STREAM_H_
#define NAC_MOVE_STREAM_H_

#include "nac_stream.h"

namespace nac {

/// One stream to several readers. Cycles per sample: WORDS.
template <class WORD, unsigned WORDS>
void clone_stream(hls::stream<WORD> &in, hls::stream<WORD> &out) {
CLONE:
  for (unsigned w = 0; w < WORDS; w++) {
#pragma HLS PIPELINE II=1
    WORD word = in.read();
    NAC_ONE_WORD(word)
    out.write(word);
  }
}

template <class WORD, unsigned WORDS>
void clone_stream(hls::stream<WORD> &in, hls::stream<WORD> &first, hls::stream<WORD> &second) {
CLONE:
  for (unsigned w = 0; w < WORDS; w++) {
#pragma HLS PIPELINE II=1
    WORD word = in.read();
    NAC_ONE_WORD(word)
    first.write(word);
    second.write(word);
  }
}

template <class WORD, unsigned WORDS>
void clone_stream(hls::stream<WORD> &in, hls::stream<WORD> &first, hls::stream<WORD> &second,
                  hls::stream<WORD> &third) {
CLONE:
  for (unsigned w = 0; w < WORDS; w++) {
#pragma HLS PIPELINE II=1
    WORD word = in.read();
    NAC_ONE_WORD(word)
    first.write(word);
    second.write(word);
    third.write(word);
  }
}

/// Words of an input that nothing reads. Cycles per sample: WORDS.
template <class WORD, unsigned WORDS>
void discard_stream(hls::stream<WORD> &in) {
DISCARD:
  for (unsigned w = 0; w < WORDS; w++) {
#pragma HLS PIPELINE II=1
    in.read();
  }
}

/// A tensor in another order, or in words of another size: element i of what leaves is the one that was number
/// CONFIG::source(i) to arrive. Cycles per sample: CONFIG::in_words, and unless it leaves as one word CONFIG::out_words
/// more.
template <class IN, class OUT, class CONFIG>
void reorder_stream(hls::stream<IN> &in, hls::stream<OUT> &out) {
  typename IN::value_type kept[CONFIG::in_words * IN::size];
#pragma HLS ARRAY_PARTITION variable=kept complete dim=0
COLLECT:
  for (unsigned w = 0; w < CONFIG::in_words; w++) {
#pragma HLS PIPELINE II=1
    IN word = in.read();
    NAC_ONE_WORD(word)
    for (unsigned i = 0; i < IN::size; i++) {
#pragma HLS UNROLL
      kept[w * IN::size + i] = word[i];
    }
  }
SEND:
  for (unsigned w = 0; w < CONFIG::out_words; w++) {
#pragma HLS PIPELINE II=1
    OUT result;
    NAC_ONE_WORD(result)
    for (unsigned i = 0; i < OUT::size; i++) {
#pragma HLS UNROLL
      result[i] = kept[CONFIG::source(w * OUT::size + i)];
    }
    out.write(result);
  }
}

/// The same for one word: it leaves with the last one that arrives.
template <class IN, class OUT, class CONFIG>
void collect_stream(hls::stream<IN> &in, hls::stream<OUT> &out) {
  typename IN::value_type kept[CONFIG::in_words * IN::size];
#pragma HLS ARRAY_PARTITION variable=kept complete dim=0
COLLECT:
  for (unsigned w = 0; w < CONFIG::in_words; w++) {
#pragma HLS PIPELINE II=1
    IN word = in.read();
    NAC_ONE_WORD(word)
    for (unsigned i = 0; i < IN::size; i++) {
#pragma HLS UNROLL
      kept[w * IN::size + i] = word[i];
    }
    if (w == CONFIG::in_words - 1) {
      OUT result;
      NAC_ONE_WORD(result)
      for (unsigned i = 0; i < OUT::size; i++) {
#pragma HLS UNROLL
        result[i] = kept[CONFIG::source(i)];
      }
      out.write(result);
    }
  }
}

}  // namespace nac

#endif

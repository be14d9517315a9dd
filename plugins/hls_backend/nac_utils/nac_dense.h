// SPDX-License-Identifier: Apache-2.0
//
// Vectors times a constant matrix. CONFIG, the layer's struct in parameters.h, has
//   n_in, n_out         size of the matrix
//   vectors, at_a_time  how many vectors there are, and how many of them are computed together
//   reuse_factor        times each multiplier is used per vector
//   multiplier_limit    multipliers for one vector
//   weight_t, bias_t, accum_t
//   multiply(x, sums)   one vector: calls dense_latency, dense_resource or a function of shifts and adds
//   finish(sum)         activation and quantizer
// accum_t holds every partial sum in any order, so that all ways to add up give the same bits.
#ifndef NAC_DENSE_H_
#define NAC_DENSE_H_

#include "nac_labels.h"

namespace nac {

/// Strategy latency: all products side by side; weights are constants of the circuit, and those that are 0 cost
/// nothing. `weights`: [n_in][n_out].
template <class CONFIG, class IN>
void dense_latency(const IN x[CONFIG::n_in], typename CONFIG::accum_t sums[CONFIG::n_out],
                   const typename CONFIG::weight_t weights[CONFIG::n_in * CONFIG::n_out],
                   const typename CONFIG::bias_t biases[CONFIG::n_out]) {
#pragma HLS PIPELINE II=CONFIG::reuse_factor
// The same directive, in the order of words that each tool expects.
#ifdef __VITIS_HLS__
#pragma HLS ALLOCATION operation instances=mul limit=CONFIG::multiplier_limit
#else
#pragma HLS ALLOCATION instances=mul limit=CONFIG::multiplier_limit operation
#endif
#pragma HLS ARRAY_PARTITION variable=weights complete dim=0
#pragma HLS ARRAY_PARTITION variable=biases complete dim=0
BIAS:
  for (unsigned o = 0; o < CONFIG::n_out; o++) {
#pragma HLS UNROLL
    sums[o] = biases[o];
  }
INPUTS:
  for (unsigned i = 0; i < CONFIG::n_in; i++) {
#pragma HLS UNROLL
  OUTPUTS:
    for (unsigned o = 0; o < CONFIG::n_out; o++) {
#pragma HLS UNROLL
      sums[o] += x[i] * weights[i * CONFIG::n_out + o];
    }
  }
}

/// Strategy resource: n_in * n_out / reuse_factor multipliers, each of which takes one weight per clock out of its own
/// block of reuse_factor weights. `weights`: [n_out][n_in], cut into those blocks. A block lies inside a row of the
/// matrix (reuse_factor divides n_in) or covers whole rows (n_in divides reuse_factor).
template <class CONFIG, class IN>
void dense_resource(const IN x[CONFIG::n_in], typename CONFIG::accum_t sums[CONFIG::n_out],
                    const typename CONFIG::weight_t weights[CONFIG::n_in * CONFIG::n_out],
                    const typename CONFIG::bias_t biases[CONFIG::n_out]) {
#pragma HLS INLINE off
  const unsigned blocks = CONFIG::n_in * CONFIG::n_out / CONFIG::reuse_factor;
  const unsigned rows = CONFIG::reuse_factor > CONFIG::n_in ? CONFIG::reuse_factor / CONFIG::n_in : 1;
  const unsigned columns = CONFIG::reuse_factor / rows;
// A word of the memory has one weight of every block.
#pragma HLS ARRAY_RESHAPE variable=weights block factor=CONFIG::multiplier_limit dim=1
#ifdef __VITIS_HLS__
#pragma HLS BIND_STORAGE variable=weights type=ROM_NP impl=BRAM
#else
#pragma HLS RESOURCE variable=weights core=ROM_nP_BRAM
#endif
#pragma HLS ARRAY_PARTITION variable=biases complete dim=0
#pragma HLS ARRAY_PARTITION variable=sums complete dim=0
BIAS:
  for (unsigned o = 0; o < CONFIG::n_out; o++) {
#pragma HLS UNROLL
    sums[o] = biases[o];
  }
ROWS:
  for (unsigned row = 0; row < rows; row++) {
  COLUMNS:
    for (unsigned column = 0; column < columns; column++) {
#pragma HLS PIPELINE II=1
    BLOCKS:
      for (unsigned block = 0; block < blocks; block++) {
#pragma HLS UNROLL
        const unsigned first = block * CONFIG::reuse_factor;
        const unsigned in = first % CONFIG::n_in + column, out = first / CONFIG::n_in + row;
        sums[out] += x[in] * weights[first + row * columns + column];
      }
    }
  }
}

/// `at_a_time` vectors, from number `first` on, to results.
template <class CONFIG, class IN, class OUT>
void dense_group(unsigned first, const IN x[CONFIG::vectors * CONFIG::n_in], OUT y[CONFIG::vectors * CONFIG::n_out]) {
#pragma HLS INLINE
VECTORS:
  for (unsigned v = 0; v < CONFIG::at_a_time; v++) {
#pragma HLS UNROLL
    IN vector[CONFIG::n_in];
#pragma HLS ARRAY_PARTITION variable=vector complete dim=0
    typename CONFIG::accum_t sums[CONFIG::n_out];
#pragma HLS ARRAY_PARTITION variable=sums complete dim=0
    for (unsigned i = 0; i < CONFIG::n_in; i++) {
#pragma HLS UNROLL
      vector[i] = x[(first + v) * CONFIG::n_in + i];
    }
    CONFIG::multiply(vector, sums);
    for (unsigned o = 0; o < CONFIG::n_out; o++) {
#pragma HLS UNROLL
      y[(first + v) * CONFIG::n_out + o] = CONFIG::finish(sums[o]);
    }
  }
}

/// All vectors; a group of them every reuse_factor clocks.
template <class CONFIG, class IN, class OUT>
void dense(const IN x[CONFIG::vectors * CONFIG::n_in], OUT y[CONFIG::vectors * CONFIG::n_out]) {
#pragma HLS INLINE
GROUPS:
  for (unsigned first = 0; first < CONFIG::vectors; first += CONFIG::at_a_time) {
#pragma HLS PIPELINE II=CONFIG::reuse_factor
    dense_group<CONFIG>(first, x, y);
  }
}

/// The same for dense_resource, which has a pipelined loop of its own.
template <class CONFIG, class IN, class OUT>
void dense_in_turn(const IN x[CONFIG::vectors * CONFIG::n_in], OUT y[CONFIG::vectors * CONFIG::n_out]) {
#pragma HLS INLINE
GROUPS:
  for (unsigned first = 0; first < CONFIG::vectors; first += CONFIG::at_a_time) {
    dense_group<CONFIG>(first, x, y);
  }
}

}  // namespace nac

#endif

// SPDX-License-Identifier: Apache-2.0
//
// layer_facts.hpp: what one layer asks of the hardware, apart from any model: the estimator prices these, and
// bench/estimator fills them in from published projects.
#pragma once
#include <cstdint>

#include "hls_backend/model/options.hpp"

namespace nac::hls {

/// What a matrix of integers asks for when each entry is a constant in the circuit. An entry is written in canonical
/// signed digits: none needs nothing, one a shift, two an adder, three or more a multiplier. Equal entries of one input
/// share their product; the tools do not see that opposite ones could.
struct matrix_facts {
  int64_t inputs = 0, outputs = 0;
  int64_t zeros = 0;                               ///< entries
  int64_t shifts = 0, pairs = 0, multipliers = 0;  ///< distinct products of one, two, more digits, over all inputs
  int64_t digits = 0;                              ///< of all entries
  int64_t additions = 0;                           ///< of products and biases, all outputs
  int64_t fan_in = 0;                              ///< largest count of products and bias that one output adds
  int64_t live_outputs = 0;                        ///< with something to add
};

/// `values`: [inputs][outputs]; `bias`: outputs of them, or null.
matrix_facts count_matrix(const int64_t *values, int64_t inputs, int64_t outputs, const int64_t *bias);
/// Canonical signed digits that are not zero.
int signed_digits(int64_t value);

enum class work_kind {
  matrix,     ///< a constant matrix times vectors: dense, conv
  product,    ///< two tensors multiplied: `elements` multiplications
  pointwise,  ///< rounding, saturation, relu: per element
  lookup,     ///< one table read per element
  softmax,    ///< rows of `elements` values
  compare,    ///< maximum over windows or rows: `elements` comparisons
  sum,        ///< `elements` additions
  move        ///< copies: concat, transpose, padding
};

struct layer_facts {
  work_kind kind = work_kind::pointwise;
  matrix_facts matrix;    ///< of kind matrix
  int64_t positions = 1;  ///< vectors, rows or pixels of one sample that pass one after the other
  int64_t copies = 1;     ///< of the circuit, each taking its share of the positions
  int64_t elements = 0;   ///< of all other kinds: per position
  int64_t depth = 2;      ///< values that a comparison or sum tree reduces to one
  strategy how = strategy::latency;
  int64_t reuse = 1;
  io_type io = io_type::parallel;
  int input_bits = 8, weight_bits = 8, accumulator_bits = 16, output_bits = 8;
  bool rounds = false;         ///< pointwise: rounds or saturates
  int64_t table_bits = 0;      ///< lookup, softmax: of one table
  int64_t window_rows = 0;     ///< stream: rows that a line buffer holds back
  int64_t row_bits = 0;        ///< stream: bits of one such row
  int64_t fifo_words = 2;      ///< stream: that may wait behind the layer
  int64_t folded = 1;          ///< matrix: words that a vector arrives in, one product with a slice of the matrix each
  bool divides = false;        ///< softmax: by long division instead of a table of inverses
  bool allow_dsp = true;       ///< else multipliers are made of lookup tables
  bool pixel_pipeline = true;  ///< stream: positions follow each other every `reuse` clocks; else a plain loop
};

}  // namespace nac::hls

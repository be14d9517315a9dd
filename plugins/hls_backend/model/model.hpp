// SPDX-License-Identifier: Apache-2.0
//
// model.hpp: a quantized network as hardware sees it: layers on flat tensors of integers, every width proven. What
// reads graphs makes it (read_graph.hpp); the generators, the estimator and the proof read it.
//
// Tensors are flat, in the row-major order of their shape without the batch; Reshape and Flatten therefore vanish.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "hls_backend/model/fixed_type.hpp"
#include "hls_backend/model/options.hpp"

namespace nac::hls {

/// What stands between layers.
struct tensor {
  std::string name;            ///< of the graph's value
  std::vector<int64_t> shape;  ///< without the batch, as its producer sees it
  int64_t size = 0;            ///< elements
  fixed_type type;             ///< holds every value exactly; of an input or quantized: with its rounding and overflow
  bounds range;                ///< proven, of n
  int producer = -1;           ///< index of a layer
  std::vector<int> users;      ///< indices of layers, ascending; a layer that reads it twice stands there twice
  bool is_output = false;
};

/// Matrix of a dense layer or convolution, [inputs][outputs] row-major: weight = values * 2^-type.fraction(). Rows of a
/// convolution are in the order (kernel row, kernel column, channel).
struct weight_matrix {
  int64_t inputs = 0, outputs = 0;
  std::vector<int64_t> values;
  fixed_type type;
  std::vector<int64_t> bias;  ///< outputs of them, on the grid of bias_type; empty: none
  fixed_type bias_type;
  int64_t at(int64_t in, int64_t out) const { return values[static_cast<std::size_t>(in * outputs + out)]; }
};

/// What happens to each element after a layer's own operation, in order.
struct pointwise {
  enum class op {
    relu,        ///< max(n, 0)
    leaky_relu,  ///< slope 2^-bits: the grid gets `bits` bits finer, positive n are shifted left
    quantize     ///< assigned to `type`
  };
  op what = op::quantize;
  int bits = 0;
  fixed_type type;  ///< of the result
  bounds range;     ///< of the result
};

/// Convolution and pooling over [channels][height][width]; one-dimensional ones have height 1.
struct window {
  int64_t channels = 1, height = 1, width = 1;
  int64_t kernel_height = 1, kernel_width = 1;
  int64_t stride_height = 1, stride_width = 1;
  int64_t pad_top = 0, pad_left = 0, pad_bottom = 0, pad_right = 0;
  int64_t out_channels = 1, out_height = 1, out_width = 1;
};

enum class layer_kind {
  input,       ///< of the network: reals or integers assigned to the tensor's type
  dense,       ///< rows x [n_in] times the matrix
  conv,        ///< window, matrix with n_in = kernel_height * kernel_width * channels; padding counts as 0
  max_pool,    ///< window, padding is not compared
  sum_pool,    ///< window: the sum (AveragePool over 2^p values: `point_shift` = p)
  reduce_sum,  ///< [outer][count][inner] -> [outer][inner]; ReduceMean over 2^p values: `point_shift` = p
  reduce_max,
  matmul,     ///< of two tensors, batch x ([m][k] times [k][n])
  add,        ///< of two tensors of one size, elementwise; `negative`: the first minus the second
  concat,     ///< for each of `outer`: blocks[i] elements of input i, in order
  transpose,  ///< result[i] = input[map[i]]
  table,      ///< result = table[n - table_low]
  softmax,    ///< over rows of `count` values, see softmax_value
  pointwise   ///< nothing but the steps
};
const char *name_of(layer_kind kind);

struct layer {
  int index = 0;     ///< in model::layers; also the N of layerN_t
  std::string name;  ///< of the weight without ".weight", else of the graph's value; made of letters, digits, '_', '.'
  layer_kind kind = layer_kind::pointwise;
  std::vector<int> inputs;                  ///< indices of tensors
  int output = -1;                          ///< index of a tensor
  weight_matrix weights;                    ///< dense, conv
  int64_t rows = 1;                         ///< dense: vectors of n_in; softmax: rows
  window geometry;                          ///< conv, max_pool, sum_pool
  int64_t outer = 1, count = 1, inner = 1;  ///< reduce_*, concat (outer), softmax (count)
  int64_t batch = 1, m = 1, k = 1, n = 1;   ///< matmul
  bool negative = false;                    ///< add
  std::vector<int64_t> blocks;              ///< concat
  std::vector<int64_t> map;                 ///< transpose
  int point_shift = 0;  ///< the sum is passed on with the point moved by so many bits: fraction() grows, n stays
  /// table: integers of the output's type. softmax: round(2^15 exp(-step * d)) for d = 0, 1, ... steps below the
  /// largest.
  std::vector<int64_t> table;
  int64_t table_low = 0;  ///< table: the n that entry 0 belongs to

  /// What the operation itself gives, before the steps: of the sum for dense, conv, matmul, *_sum (its point moved by
  /// point_shift), add; of the result for all others, with rounding and overflow for input and softmax. No partial
  /// sum, in any order, leaves its range.
  fixed_type accumulator;
  bounds accumulator_range;
  std::vector<pointwise> steps;

  // ---- how it is built; set from the options, legal for this layer ----
  strategy how = strategy::latency;
  int reuse_factor = 1;
  int parallelization_factor = 1;
};

/// Layers in an order in which each reads only earlier ones.
struct model {
  std::vector<layer> layers;
  std::vector<tensor> tensors;
  std::vector<int> inputs, outputs;  ///< tensors, in the graph's order; one may be output twice
  options how;
};

/// Softmax of the project's contract: with e = table[largest - n] of each value of a row and s the row's sum of them,
/// the result is e / s rounded to the nearest float32, then assigned to `type`. `e` <= 2^15, s < 2^31. Throws nothing.
int64_t softmax_value(int64_t e, int64_t s, const fixed_type &type);

}  // namespace nac::hls

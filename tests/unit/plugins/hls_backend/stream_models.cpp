// SPDX-License-Identifier: Apache-2.0
#include "stream_models.hpp"

#include <random>

namespace hls_tests {
namespace {

using namespace nac::hls;

fixed_type quant(int width, int integer, bool is_signed = true) {
  return {width, integer, is_signed, rounding::rnd_conv, overflow::sat};
}

weight_matrix matrix(unsigned seed, int64_t inputs, int64_t outputs, bool biased) {
  std::mt19937_64 random(seed);
  std::uniform_int_distribution<int64_t> value(-31, 31);
  weight_matrix w;
  w.inputs = inputs;
  w.outputs = outputs;
  w.type = quant(6, 2);
  for (int64_t i = 0; i < inputs * outputs; ++i) w.values.push_back(random() % 3 == 0 ? 0 : value(random));
  if (!biased) return w;
  w.bias_type = quant(9, 3);
  for (int64_t o = 0; o < outputs; ++o) w.bias.push_back(value(random) * 8);
  return w;
}

window uneven(int64_t channels, int64_t height, int64_t width, int64_t kernel_height, int64_t kernel_width,
              int64_t stride_height, int64_t stride_width, std::vector<int64_t> pads, int64_t out) {
  window g;
  g.channels = channels;
  g.height = height;
  g.width = width;
  g.kernel_height = kernel_height;
  g.kernel_width = kernel_width;
  g.stride_height = stride_height;
  g.stride_width = stride_width;
  g.pad_top = pads[0];
  g.pad_left = pads[1];
  g.pad_bottom = pads[2];
  g.pad_right = pads[3];
  g.out_channels = out;
  g.out_height = (height + g.pad_top + g.pad_bottom - kernel_height) / stride_height + 1;
  g.out_width = (width + g.pad_left + g.pad_right - kernel_width) / stride_width + 1;
  return g;
}

/// Kernels, strides and padding that differ by side; rows and columns that no window reads; padding beyond the kernel.
model uneven_windows(const options &how) {
  model_builder b(how);
  int x = b.input("image", {2, 7, 5}, quant(6, 2));
  x = b.conv("down", x, uneven(2, 7, 5, 2, 3, 3, 2, {1, 2, 0, 1}, 3), matrix(1, 12, 3, true));
  x = b.quantize("down.q", x, quant(8, 5));
  x = b.conv("far", x, uneven(3, 3, 3, 2, 1, 1, 1, {2, 1, 2, 2}, 2), matrix(2, 6, 2, false));
  x = b.quantize("far.q", x, quant(7, 4));
  x = b.max_pool("largest", x, uneven(2, 6, 6, 3, 2, 2, 3, {1, 0, 0, 1}, 2));
  x = b.sum_pool("sums", x, uneven(2, 3, 2, 2, 2, 1, 1, {1, 1, 1, 1}, 2), 0);
  b.output(x);
  return b.finish();
}

/// A sequence of vectors as a convolution of height 1, then along the other axis.
model sequence(const options &how) {
  model_builder b(how);
  int x = b.input("sequence", {3, 8}, quant(6, 3));
  x = b.conv("conv", x, uneven(3, 1, 8, 1, 3, 1, 2, {0, 1, 0, 0}, 4), matrix(3, 9, 4, true));
  x = b.quantize("conv.q", b.relu("conv.relu", x), quant(6, 4, false));
  x = b.dense("mix", x, 4, matrix(4, 4, 2, true));  // rows are channels: they arrive as pixels
  b.output(b.quantize("mix.q", x, quant(8, 6)));
  return b.finish();
}

/// One tensor for a convolution, rows of a matrix, a flat vector, softmax and a sum; six readers and an output.
model many_readers(const options &how) {
  model_builder b(how);
  const int x = b.input("x", {4, 2, 3}, quant(6, 3));
  const int conv = b.quantize(
      "conv.q", b.conv("conv", x, uneven(4, 2, 3, 1, 1, 1, 1, {0, 0, 0, 0}, 4), matrix(5, 4, 4, true)), quant(7, 4));
  const int rows = b.quantize("rows.q", b.dense("rows", x, 4, matrix(6, 6, 6, false)), quant(7, 4));
  const int flat = b.quantize("flat.q", b.dense("flat", x, 1, matrix(7, 24, 24, true)), quant(7, 4));
  const int soft = b.softmax("soft", b.quantize("soft.q", x, quant(5, 3)), 8, 3, quant(7, 0, false));
  int sum = b.add("sum0", conv, rows, false);
  sum = b.add("sum1", sum, flat, true);
  sum = b.quantize("sum2.q", b.add("sum2", sum, soft, false), quant(10, 7));
  const int twice = b.add("twice", x, x, false);
  b.output(sum);
  b.output(b.reduce("middle", layer_kind::reduce_max, twice, 4, 2, 3, 0));
  b.output(b.reduce("last", layer_kind::reduce_sum, x, 8, 3, 1, 0));
  b.output(x);
  return b.finish();
}

/// Channels side by side, vectors one after the other, blocks of rows, and parts that have nothing in common.
model concatenations(const options &how) {
  model_builder b(how);
  const int x = b.input("x", {2, 2, 2}, quant(6, 3)), y = b.input("y", {3, 2, 2}, quant(7, 3));
  const int unused = b.input("unused", {3}, quant(4, 2));
  (void)unused;
  const int channels = b.quantize("channels.q", b.concat("channels", {x, y}, 1, {8, 12}), quant(6, 3));
  int image = b.conv("conv", channels, uneven(5, 2, 2, 2, 2, 1, 1, {0, 0, 0, 0}, 3), matrix(8, 20, 3, true));
  image = b.quantize("conv.q", image, quant(8, 5));
  const int p = b.input("p", {2, 3}, quant(6, 3)), q = b.input("q", {3, 3}, quant(5, 3));
  int set = b.concat("set", {p, q, p}, 1, {6, 9, 6});
  set = b.quantize("phi.q", b.dense("phi", set, 7, matrix(9, 3, 2, true)), quant(8, 5));
  const int blocks = b.concat("blocks", {image, set}, 1, {3, 14});
  b.output(blocks);
  b.output(b.concat("rows", {p, b.quantize("p.q", p, quant(4, 3)), p}, 2, {3, 3, 3}));
  return b.finish();
}

/// Batches of products with operands in every order, transposed before and after.
model batches(const options &how) {
  model_builder b(how);
  const int x = b.input("x", {2, 3, 4}, quant(5, 2));
  std::vector<int64_t> turned;  // [2][4][3]
  for (int64_t t = 0; t < 2; ++t)
    for (int64_t c = 0; c < 4; ++c)
      for (int64_t r = 0; r < 3; ++r) turned.push_back((t * 3 + r) * 4 + c);
  const int xt = b.transpose("turned", x, turned);
  const int squares = b.quantize("squares.q", b.matmul("squares", x, xt, 2, 3, 4, 3), quant(8, 5));
  const int back = b.quantize("back.q", b.matmul("back", squares, x, 2, 3, 3, 4), quant(8, 6));
  std::vector<int64_t> reversed;
  for (int64_t i = 23; i >= 0; --i) reversed.push_back(i);
  b.output(b.transpose("reversed", back, reversed));
  b.output(b.transpose("x.reversed", x, reversed));
  b.output(b.reduce("means", layer_kind::reduce_sum, back, 2, 3, 4, 0));
  return b.finish();
}

}  // namespace

const std::vector<sample_model> &stream_models() {
  static const std::vector<sample_model> all = {{"uneven_windows", uneven_windows},
                                                {"sequence", sequence},
                                                {"many_readers", many_readers},
                                                {"concatenations", concatenations},
                                                {"batches", batches}};
  return all;
}

model bragg_model(const options &how) {
  model_builder b(how);
  int x = b.input("patch", {1, 11, 11}, quant(8, 0, false));
  x = b.conv("conv0", x, uneven(1, 11, 11, 3, 3, 1, 1, {0, 0, 0, 0}, 8), matrix(10, 9, 8, true));
  x = b.quantize("conv0.q", b.leaky_relu("conv0.relu", x, 7), quant(8, 3));
  x = b.conv("conv1", x, uneven(8, 9, 9, 1, 1, 1, 1, {0, 0, 0, 0}, 4), matrix(11, 8, 4, true));
  x = b.quantize("conv1.q", b.leaky_relu("conv1.relu", x, 7), quant(8, 4));
  x = b.dense("fc0", x, 1, matrix(12, 324, 16, true));
  x = b.quantize("fc0.q", b.leaky_relu("fc0.relu", x, 7), quant(8, 5));
  x = b.dense("fc1", x, 1, matrix(13, 16, 8, true));
  x = b.quantize("fc1.q", b.leaky_relu("fc1.relu", x, 7), quant(8, 5));
  b.output(b.dense("fc2", x, 1, matrix(14, 8, 2, true)));
  return b.finish();
}

}  // namespace hls_tests

// SPDX-License-Identifier: Apache-2.0
#include "sample_models.hpp"

#include <cmath>
#include <random>
#include <stdexcept>

namespace hls_tests {
namespace {

using namespace nac::hls;

using random_source = std::mt19937_64;

fixed_type quant(int width, int integer, bool is_signed = true, rounding q = rounding::rnd_conv,
                 overflow o = overflow::sat) {
  fixed_type type;
  type.width = width;
  type.integer = integer;
  type.is_signed = is_signed;
  type.q = q;
  type.o = o;
  return type;
}

/// Integers of `bits` bits, narrow, of which `zeros` (0 to 1) are pruned.
weight_matrix matrix(random_source &random, int64_t inputs, int64_t outputs, int bits, int fraction, double zeros = 0.3,
                     int bias_fraction = 99) {
  weight_matrix w;
  w.inputs = inputs;
  w.outputs = outputs;
  w.type = quant(bits, bits - fraction, true, rounding::rnd_conv, overflow::sat_sym);
  const int64_t limit = w.type.highest();
  std::uniform_int_distribution<int64_t> value(-limit, limit);
  std::uniform_real_distribution<double> chance(0, 1);
  for (int64_t i = 0; i < inputs * outputs; ++i) w.values.push_back(chance(random) < zeros ? 0 : value(random));
  if (bias_fraction == 99) return w;
  w.bias_type = quant(bits + 4, bits + 4 - bias_fraction);
  std::uniform_int_distribution<int64_t> shift(w.bias_type.lowest(), w.bias_type.highest());
  for (int64_t o = 0; o < outputs; ++o) w.bias.push_back(shift(random));
  return w;
}

window square(int64_t channels, int64_t side, int64_t kernel, int64_t stride, int64_t pad, int64_t out) {
  window g;
  g.channels = channels;
  g.height = g.width = side;
  g.kernel_height = g.kernel_width = kernel;
  g.stride_height = g.stride_width = stride;
  g.pad_top = g.pad_left = g.pad_bottom = g.pad_right = pad;
  g.out_channels = out;
  g.out_height = g.out_width = (side + 2 * pad - kernel) / stride + 1;
  return g;
}

std::vector<int64_t> table_entries(const tensor &x, const fixed_type &type) {
  std::vector<int64_t> entries;
  for (int64_t n = x.range.low; n <= x.range.high; ++n)
    entries.push_back(assign(std::tanh(std::ldexp(static_cast<double>(n), -x.type.fraction())), type));
  return entries;
}

model mlp(const options &how) {
  random_source random(1);
  model_builder b(how);
  int x = b.input("x", {6}, quant(8, 3));
  x = b.dense("fc0", x, 1, matrix(random, 6, 5, 6, 4, 0.3, 8));
  x = b.quantize("q0", b.relu("relu0", x), quant(7, 4, false));
  x = b.dense("fc1", x, 1, matrix(random, 5, 4, 4, 3, 0.5));
  x = b.quantize("q1", b.leaky_relu("leaky1", x, 7), quant(8, 4, true, rounding::trn, overflow::wrap));
  b.output(b.dense("fc2", x, 1, matrix(random, 4, 3, 8, 7, 0, 12)));
  return b.finish();
}

model deep_set(const options &how) {
  random_source random(2);
  model_builder b(how);
  int x = b.input("constituents", {4, 3}, quant(8, 4, true, rounding::rnd, overflow::sat));
  x = b.dense("phi0", x, 4, matrix(random, 3, 6, 5, 3, 0.2, 6));
  x = b.quantize("q0", b.relu("relu0", x), quant(8, 4, false));
  x = b.dense("phi1", x, 4, matrix(random, 6, 5, 6, 4, 0.2, 6));
  x = b.quantize("q1", x, quant(8, 4, true, rounding::rnd_zero, overflow::sat));
  const int mean = b.reduce("mean", layer_kind::reduce_sum, x, 1, 4, 5, 2);
  const int largest = b.reduce("max", layer_kind::reduce_max, x, 1, 4, 5, 0);
  x = b.concat("both", {mean, largest}, 1, {5, 5});
  x = b.quantize("q2", x, quant(9, 4, true, rounding::rnd_inf, overflow::sat));
  b.output(b.dense("rho0", x, 1, matrix(random, 10, 5, 6, 5, 0.4, 10)));
  return b.finish();
}

model convolutions(const options &how) {
  random_source random(3);
  model_builder b(how);
  int x = b.input("patch", {1, 7, 7}, quant(8, 1, false));
  x = b.conv("conv0", x, square(1, 7, 3, 1, 0, 3), matrix(random, 9, 3, 6, 5, 0.2, 12));
  x = b.quantize("q0", b.leaky_relu("leaky0", x, 3), quant(8, 3));
  x = b.conv("conv1", x, square(3, 5, 3, 2, 1, 4), matrix(random, 27, 4, 5, 4, 0.5, 8));
  x = b.quantize("q1", b.relu("relu1", x), quant(6, 3, false, rounding::trn_zero, overflow::sat));
  x = b.conv("conv2", x, square(4, 3, 1, 1, 0, 2), matrix(random, 4, 2, 5, 4, 0));
  x = b.quantize("q2", x, quant(8, 3, true, rounding::rnd_min_inf, overflow::sat));
  x = b.dense("fc0", x, 1, matrix(random, 18, 4, 6, 5, 0.5, 9));
  x = b.quantize("q3", b.relu("relu3", x), quant(8, 4, false));
  b.output(b.dense("fc1", x, 1, matrix(random, 4, 2, 6, 5, 0, 9)));
  return b.finish();
}

model pools(const options &how) {
  random_source random(4);
  model_builder b(how);
  int x = b.input("patch", {2, 6, 6}, quant(7, 2));
  x = b.conv("conv0", x, square(2, 6, 3, 1, 1, 4), matrix(random, 18, 4, 5, 4, 0.2, 8));
  x = b.quantize("q0", x, quant(8, 4));
  x = b.max_pool("max", x, square(4, 6, 2, 2, 0, 4));
  x = b.sum_pool("mean", x, square(4, 3, 2, 1, 0, 4), 2);
  x = b.quantize("q1", x, quant(8, 4));
  x = b.reduce("global", layer_kind::reduce_sum, x, 4, 4, 1, 2);
  b.output(b.dense("fc", x, 1, matrix(random, 4, 3, 6, 5, 0)));
  return b.finish();
}

/// Query, key and value of one tensor, softmax, a residual: BraggNN's attention block, small.
model attention(const options &how) {
  random_source random(5);
  model_builder b(how);
  const int64_t side = 3, pixels = side * side, channels = 4, d = 2;
  int x = b.input("patch", {1, 5, 5}, quant(8, 2));
  x = b.conv("proj", x, square(1, 5, 3, 1, 0, channels), matrix(random, 9, channels, 5, 4, 0.2, 10));
  x = b.quantize("x", x, quant(8, 4));
  const auto part = [&](const std::string &name) {
    const int y = b.conv(name, x, square(channels, side, 1, 1, 0, d), matrix(random, channels, d, 6, 4, 0.2, 8));
    return b.quantize(name + ".q", y, quant(8, 4));
  };
  std::vector<int64_t> pixels_first;
  for (int64_t p = 0; p < pixels; ++p)
    for (int64_t c = 0; c < d; ++c) pixels_first.push_back(c * pixels + p);
  const int query = b.transpose("query.t", part("query"), pixels_first);
  const int key = part("key");
  const int value = b.transpose("value.t", part("value"), pixels_first);
  int scores = b.quantize("scores", b.matmul("qk", query, key, 1, pixels, d, pixels), quant(8, 5));
  scores = b.softmax("softmax", scores, pixels, pixels, quant(8, 0, false));
  int mixed = b.quantize("mixed", b.matmul("sv", scores, value, 1, pixels, pixels, d), quant(8, 4));
  std::vector<int64_t> channels_first;
  for (int64_t c = 0; c < d; ++c)
    for (int64_t p = 0; p < pixels; ++p) channels_first.push_back(p * d + c);
  mixed = b.transpose("mixed.t", mixed, channels_first);
  mixed = b.conv("out", mixed, square(d, side, 1, 1, 0, channels), matrix(random, d, channels, 6, 4, 0.2, 8));
  mixed = b.quantize("out.q", mixed, quant(8, 4));
  x = b.quantize("sum.q", b.relu("sum.relu", b.add("sum", x, mixed, false)), quant(8, 4, false));
  x = b.dense("fc0", x, 1, matrix(random, channels * pixels, 5, 5, 4, 0.6, 8));
  x = b.quantize("fc0.q", b.relu("fc0.relu", x), quant(8, 5, false));
  b.output(b.dense("fc1", x, 1, matrix(random, 5, 2, 6, 5, 0, 8)));
  return b.finish();
}

/// Tables, a difference, an output that is read again, an output twice, two inputs of which one is an output as well.
model ends(const options &how) {
  random_source random(6);
  model_builder b(how);
  const int a = b.input("a", {5}, quant(6, 3)), c = b.input("c", {5}, quant(9, 4, true, rounding::trn));
  const int difference = b.quantize("difference.q", b.add("difference", a, c, true), quant(9, 5));
  const int curved = b.table("tanh", difference, table_entries(b.at(difference), quant(8, 1)), quant(8, 1));
  const int out = b.dense("fc0", curved, 1, matrix(random, 5, 4, 6, 5, 0.2, 11));
  b.output(out);
  const int probabilities =
      b.softmax("softmax", b.quantize("logits", out, quant(8, 4)), 1, 4, quant(10, 0, false, rounding::trn));
  b.output(probabilities);
  b.output(out);
  b.output(c);
  return b.finish();
}

/// Wide integers: 16 bits everywhere.
model wide(const options &how) {
  random_source random(7);
  model_builder b(how);
  int x = b.input("x", {20}, quant(16, 6));
  x = b.dense("fc0", x, 1, matrix(random, 20, 16, 16, 12, 0.1, 22));
  x = b.quantize("q0", b.leaky_relu("leaky0", x, 7), quant(16, 8));
  x = b.dense("fc1", x, 1, matrix(random, 16, 8, 16, 14, 0.1, 22));
  x = b.quantize("q1", b.relu("relu1", x), quant(16, 8, false));
  b.output(b.dense("fc2", x, 1, matrix(random, 8, 3, 16, 14, 0.1, 22)));
  return b.finish();
}

/// Everything pruned away.
model empty(const options &how) {
  random_source random(8);
  model_builder b(how);
  int x = b.input("x", {4}, quant(4, 2));
  x = b.quantize("q0", b.dense("fc0", x, 1, matrix(random, 4, 3, 4, 3, 1.1, 4)), quant(4, 3));
  b.output(b.dense("fc1", x, 1, matrix(random, 3, 2, 4, 3, 1.1)));
  return b.finish();
}

}  // namespace

const std::vector<sample_model> &sample_models() {
  static const std::vector<sample_model> all = {
      {"mlp", mlp},     {"deep_set", deep_set}, {"convolutions", convolutions},
      {"pools", pools}, {"ends", ends},         {"attention", attention},
      {"wide", wide},   {"empty", empty}};
  return all;
}

const sample_model &find_sample(const std::string &name) {
  for (const sample_model &s : sample_models())
    if (s.name == name) return s;
  throw std::runtime_error("there is no sample model " + name);
}

std::vector<std::vector<std::vector<double>>> samples_for(const model &m, int count) {
  random_source random(9);
  std::vector<std::vector<std::vector<double>>> samples;
  for (int s = 0; s < count; ++s) {
    std::vector<std::vector<double>> sample;
    for (const int t : m.inputs) {
      const tensor &x = m.tensors[static_cast<std::size_t>(t)];
      const double step = std::ldexp(1.0, -x.type.fraction());
      const double low = static_cast<double>(x.range.low) * step, high = static_cast<double>(x.range.high) * step;
      std::uniform_int_distribution<int64_t> on_grid(x.range.low, x.range.high);
      std::uniform_real_distribution<double> off_grid(1.5 * low, 1.5 * high);
      std::vector<double> values;
      for (int64_t i = 0; i < x.size; ++i) {
        const double n = static_cast<double>(on_grid(random)) * step;
        switch (s % 8) {
          case 0: values.push_back(low); break;
          case 1: values.push_back(high); break;
          case 2: values.push_back(0); break;
          case 3: values.push_back((random() & 1) != 0 ? low : high); break;
          case 4: values.push_back(n + step / 2); break;
          case 5: values.push_back(static_cast<double>(static_cast<float>(off_grid(random)))); break;
          default: values.push_back(n); break;
        }
      }
      sample.push_back(std::move(values));
    }
    samples.push_back(std::move(sample));
  }
  return samples;
}

}  // namespace hls_tests

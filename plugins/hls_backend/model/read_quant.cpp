// SPDX-License-Identifier: Apache-2.0
//
// Quantizers, and the functions that are tables in front of them.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "hls_backend/model/graph_reader.hpp"

namespace nac::hls {
namespace {

constexpr int kTableBits = 16;

struct mode {
  const char *name;
  rounding q;
};
constexpr mode kModes[] = {
    {"ROUND", rounding::rnd_conv},        {"FLOOR", rounding::trn},          {"AP_RND", rounding::rnd},
    {"HALF_UP", rounding::rnd_inf},       {"HALF_DOWN", rounding::rnd_zero}, {"DOWN", rounding::trn_zero},
    {"ROUND_TO_ZERO", rounding::trn_zero}};

/// f of 2^-f; false: it is no power of two.
bool fraction_of_scale(float scale, int &fraction) {
  int exponent = 0;
  if (!(scale > 0) || !std::isfinite(scale) || std::frexp(scale, &exponent) != 0.5F) return false;
  fraction = 1 - exponent;
  return true;
}

/// The same double-precision functions that training and the host's integer evaluation tabulate.
double value_of(const std::string &op, double x) {
  if (op == "Sigmoid") return 1 / (1 + std::exp(-x));
  if (op == "Tanh") return std::tanh(x);
  return x / 2 * std::erfc(-x / std::sqrt(2.0));  // Gelu
}

}  // namespace

fixed_type graph_reader::type_of(nac_node quant) const {
  fixed_type type;
  const std::vector<float> bits = graph_.floats(graph_.input_of(quant, 3));
  const std::vector<float> zero = graph_.floats(graph_.input_of(quant, 2));
  if (std::any_of(zero.begin(), zero.end(), [](float z) { return z != 0; }))
    refuse(quant, "its zero point is not 0; only 0 is supported");
  type.is_signed = graph_.integer(quant, "signed", 1) != 0;
  const bool narrow = graph_.integer(quant, "narrow", 0) != 0;
  const auto width = static_cast<double>(bits.at(0));
  if (width != std::floor(width) || width < (type.is_signed ? 2 : 1) || width > 62)
    refuse(quant, "its bit width is " + std::to_string(width) + "; whole numbers up to 62 are accepted");
  type.width = static_cast<int>(width);
  const std::string name = graph_.text(quant, "rounding_mode");
  const auto *found = std::find_if(std::begin(kModes), std::end(kModes), [&](const mode &m) { return name == m.name; });
  if (found == std::end(kModes))
    refuse(quant,
           "ap_fixed has no rounding mode '" + name + "'; it has ROUND, FLOOR, AP_RND, HALF_UP, HALF_DOWN, DOWN");
  type.q = found->q;
  const bool wraps = graph_.text(quant, "overflow_mode") == "WRAP";
  if (narrow && (wraps || !type.is_signed))
    refuse(quant, "ap_fixed has no narrow range that wraps or is unsigned; use overflow_mode SAT and signed = 1");
  type.o = wraps ? overflow::wrap : narrow ? overflow::sat_sym : overflow::sat;
  return type;
}

int graph_reader::fraction_of(nac_node quant) const {
  const nac_value scale = graph_.input_of(quant, 1);
  if (!graph_.has_data(scale))
    refuse(quant,
           "its scale '" + graph_.name(scale) + "' is not a constant: hardware is generated from deployed graphs");
  const std::vector<float> values = graph_.floats(scale);
  int fraction = 0;
  for (const float s : values) {
    if (!fraction_of_scale(s, fraction)) refuse(quant, "its scale " + std::to_string(s) + " is no power of two");
    if (s != values[0]) refuse(quant, "its scale differs between channels; only those of weights may");
  }
  return fraction;
}

constant graph_reader::constant_of(nac_node quant) const {
  const nac_value value = graph_.input_of(quant, 0), scale = graph_.input_of(quant, 1);
  const std::vector<float> data = graph_.floats(value);
  if (!graph_.has_data(scale))
    refuse(quant,
           "its scale '" + graph_.name(scale) + "' is not a constant: hardware is generated from deployed graphs");
  const std::vector<float> scales = graph_.floats(scale);
  std::vector<int> fractions;
  for (const float s : scales) {
    fractions.push_back(0);
    if (!fraction_of_scale(s, fractions.back()))
      refuse(quant, "its scale " + std::to_string(s) + " is no power of two");
  }
  // Scales broadcast against the value: one of them, or as many as the one dimension that they have.
  const std::vector<int64_t> shape = graph_.shape(value), scale_shape = graph_.shape(scale);
  std::size_t axis = 0;
  for (std::size_t i = 0; i < scale_shape.size(); ++i)
    if (scale_shape[i] > 1) axis = i + shape.size() - scale_shape.size();
  int64_t stride = 1;
  for (std::size_t i = axis + 1; i < shape.size(); ++i) stride *= shape[i];
  const auto channel = [&](std::size_t i) {
    return scales.size() == 1 ? std::size_t{0} : i / static_cast<std::size_t>(stride) % scales.size();
  };
  constant c;
  c.type = type_of(quant);
  const int finest = *std::max_element(fractions.begin(), fractions.end());
  for (std::size_t i = 0; i < data.size(); ++i) {
    fixed_type own = c.type;
    own.integer = own.width - fractions[channel(i)];
    const int64_t n = assign(static_cast<double>(data[i]), own);
    const int finer = finest - own.fraction();
    if (n != 0 && finer + own.width > 60) refuse(quant, "the scales of its channels are too far apart");
    c.values.push_back(n == 0 ? 0 : n * (int64_t{1} << finer));
  }
  if (fractions.size() > 1) {
    const auto range = std::minmax_element(c.values.begin(), c.values.end());
    const fixed_type holds = exact_type({std::min<int64_t>(*range.first, -1), *range.second}, finest);
    c.type.width = std::max(c.type.width, holds.width);
  }
  // Every value is on the grid and in range. A symmetric type would cut what one channel's scale makes the lowest
  // integer of the common grid.
  c.type.integer = c.type.width - finest;
  c.type.q = rounding::trn;
  c.type.o = overflow::wrap;
  return c;
}

constant graph_reader::assumed_constant(nac_value value) const {
  const std::vector<float> data = graph_.floats(value);
  float largest = 0;
  for (const float x : data) largest = std::max(largest, std::fabs(x));
  constant c;
  c.type = {assumed_bits_, 1, true, rounding::rnd_conv, overflow::sat_sym};
  if (largest > 0) c.type.integer = static_cast<int>(std::ceil(std::log2(static_cast<double>(largest)))) + 1;
  for (const float x : data) c.values.push_back(assign(static_cast<double>(x), c.type));
  return c;
}

void graph_reader::quant(nac_node n) {
  const nac_value x = graph_.input_of(n, 0);
  fixed_type type = type_of(n);
  type.integer = type.width - fraction_of(n);
  if (const auto found = functions_.find(x); found != functions_.end()) {
    const nac_node f = found->second;
    return graph_.is(f, "Softmax") ? softmax(f, n) : table(f, n);
  }
  const std::vector<nac_value> inputs = graph_.inputs();
  if (std::find(inputs.begin(), inputs.end(), x) == inputs.end())
    return keep(n, builder_.quantize(name_of_result(n), operand(x, n), type));
  if (users_[x].size() != 1)
    refuse(n, "the input '" + graph_.name(x) + "' has several readers; one Quant must read it, and all else that");
  keep(n, builder_.input(graph_.name(x), shape_of(x), type));
  builder_.describe(tensors_.at(graph_.result_of(n)), graph_.name(x), shape_of(x));
}

void graph_reader::function(nac_node n) {
  const nac_value result = graph_.result_of(n);
  const std::vector<nac_node> &users = users_[result];
  const bool quantized = users.size() == 1 && graph_.is_quant(users[0]) && !graph_.is_output(result);
  functions_[result] = n;
  if (quantized) return;
  if (!assume_)
    refuse(n, "its result must be read by one Quant and by nothing else: quantize the network first (nac compress)");
  const fixed_type type{assumed_bits_, graph_.is(n, "Softmax") ? 0 : 2, !graph_.is(n, "Softmax"), rounding::rnd_conv,
                        overflow::sat};
  const int x = operand(graph_.input_of(n, 0), n);
  if (graph_.is(n, "Softmax")) {
    const int64_t count = shape_of(result).back();
    return keep(n, builder_.softmax(name_of_result(n), x, builder_.at(x).size / count, count, type));
  }
  std::vector<int64_t> entries;
  for (int64_t k = builder_.at(x).range.low; k <= builder_.at(x).range.high; ++k)
    entries.push_back(
        assign(value_of(graph_.op(n), std::ldexp(static_cast<double>(k), -builder_.at(x).type.fraction())), type));
  keep(n, builder_.table(name_of_result(n), x, std::move(entries), type));
}

void graph_reader::table(nac_node function, nac_node quant) {
  fixed_type type = type_of(quant);
  type.integer = type.width - fraction_of(quant);
  const int x = operand(graph_.input_of(function, 0), function);
  const tensor &in = builder_.at(x);
  if (in.range.high - in.range.low >= int64_t{1} << kTableBits)
    refuse(function, "it reads integers of " + std::to_string(in.type.width) + " bits, tables take up to " +
                         std::to_string(kTableBits) + ": put a Quant before it");
  std::vector<int64_t> entries;
  for (int64_t n = in.range.low; n <= in.range.high; ++n) {
    const double y = value_of(graph_.op(function), std::ldexp(static_cast<double>(n), -in.type.fraction()));
    entries.push_back(assign(static_cast<double>(static_cast<float>(y)), type));
  }
  keep(quant, builder_.table(name_of_result(function), x, std::move(entries), type));
}

void graph_reader::softmax(nac_node function, nac_node quant) {
  fixed_type type = type_of(quant);
  type.integer = type.width - fraction_of(quant);
  int x = operand(graph_.input_of(function, 0), function);
  const std::vector<int64_t> shape = shape_of(graph_.input_of(function, 0));
  const auto rank = static_cast<int64_t>(shape.size());
  int64_t axis = graph_.integer(function, "axis", -1);
  axis = (axis < 0 ? axis + rank + 1 : axis) - 1;
  if (axis < 0 || axis >= rank) refuse(function, "it runs over the batch");
  const auto position = static_cast<std::size_t>(axis);
  const int64_t count = shape[position];
  int64_t outer = 1, inner = 1;
  for (std::size_t i = 0; i < position; ++i) outer *= shape[i];
  for (std::size_t i = position + 1; i < shape.size(); ++i) inner *= shape[i];
  // Rows that do not lie together are brought together and taken apart again.
  std::vector<int64_t> together, apart(static_cast<std::size_t>(outer * count * inner));
  for (int64_t o = 0; o < outer; ++o)
    for (int64_t i = 0; i < inner; ++i)
      for (int64_t c = 0; c < count; ++c) {
        const int64_t from = (o * count + c) * inner + i;
        apart[static_cast<std::size_t>(from)] = static_cast<int64_t>(together.size());
        together.push_back(from);
      }
  const std::string name = name_of_result(function);
  if (inner > 1) x = builder_.transpose(name + ".rows", x, std::move(together));
  x = builder_.softmax(name, x, outer * inner, count, type);
  if (inner > 1) x = builder_.transpose(name + ".columns", x, std::move(apart));
  keep(quant, x);
}

}  // namespace nac::hls

// SPDX-License-Identifier: Apache-2.0
//
// Quantizers, and what they compute along with: rectifiers and functions by tables.
#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "fixed/function_table.hpp"
#include "fixed/integer/plan.hpp"

namespace nac::fw {
namespace {

/// What a quantizer makes of the integers lowest ... highest; both bounds when none is known to wrap around.
void bound(Cell &cell, int from, const QuantType &type) {
  QuantType open = type;
  open.width = 62;
  open.is_signed = true;
  open.narrow = false;
  const int64_t lowest = requantize(cell.lowest, from, 0, open), highest = requantize(cell.highest, from, 0, open);
  const bool wraps = type.overflow == Overflow::wrap && (lowest < type.lowest() || highest > type.highest());
  cell.lowest = wraps ? type.lowest() : bring_into_range(lowest, type);
  cell.highest = wraps ? type.highest() : bring_into_range(highest, type);
}

}  // namespace

QuantType Planner::type_and_fraction(const Node &quant, int &fraction) const {
  const Value &scale = graph_.value(quant.inputs[1]);
  if (!scale.data)
    refuse(quant,
           fmt::format("its scale '{}' is not a constant: only deployed graphs compute with integers", scale.name));
  const std::vector<int> fractions = fractions_of(*scale.data, fmt::format("'{}'", scale.name));
  if (std::any_of(fractions.begin(), fractions.end(), [&](int f) { return f != fractions[0]; }))
    refuse(quant, "its scale differs between channels; only those of weights may");
  fraction = fractions.at(0);
  return quant_type_of(graph_, quant);
}

/// out = f(in), then the step's quantizer when it has one, whose shifts are set.
void Planner::unary(std::unique_ptr<UnaryStep> step, const Activation &in, Activation &out, const Node &n) {
  out = in;
  out.wide = false;
  step->wide_in = in.wide;
  const Rounding rounding = step->type.rounding;
  bool narrow = !in.wide;
  bool in_double = step->quantized && step->type.overflow == Overflow::sat && step->type.width <= 31 &&
                   (rounding == Rounding::rnd_conv || rounding == Rounding::rnd || rounding == Rounding::trn);
  const auto limit = Wide{1} << 31;
  for (std::size_t i = 0; i < in.cells.size(); ++i) {
    Cell &cell = out.cells[i];
    step->in.push_back(cell.at);
    const auto f = [&](int64_t x) {
      return x > 0 ? Wide{x} * (int64_t{1} << step->left) : step->cut ? Wide{0} : Wide{x};
    };
    cell.lowest = checked(f(cell.lowest), graph_, n);
    cell.highest = checked(f(cell.highest), graph_, n);
    cell.fraction += step->left;
    narrow = narrow && magnitude(cell) < limit;
    in_double = in_double && magnitude(cell) < Wide{1} << 50;
    if (!step->quantized) continue;
    const int shift = step->shift[i];
    if (shift > 61 || shift < -61) refuse(n, "its scale is more than 2^61 away from the step of what it reads");
    narrow = narrow && shift >= 0 && Wide{magnitude(cell)} + (Wide{1} << shift) < limit;
    in_double = in_double && shift >= 0;
    bound(cell, shift, step->type);
    cell.fraction -= shift;
  }
  place(out, n);
  step->wide_out = out.wide;
  step->narrow_sums = narrow && !out.wide && (!step->quantized || step->type.width <= 31);
  step->in_double = in_double && !out.wide;
  for (const Cell &cell : out.cells) step->out.push_back(cell.at);
  step->prepare();
  plan_.steps.push_back(std::move(step));
}

void Planner::rectifier(const Node &n, NodeId id) {
  const ValueId result = n.outputs[0];
  int left = 0;
  if (n.op == "LeakyRelu") left = leaky_bits(graph_, n);
  const std::vector<NodeId> &users = trace_.users(result);
  const bool output = std::count(graph_.outputs().begin(), graph_.outputs().end(), result) != 0;
  if (!keep_all_ && !output && users.size() == 1 && is_quant(graph_, users[0])) {
    rectifiers_[result] = id;
    return;
  }
  Activation out;
  const Activation in = activation(n.inputs[0]);
  auto step = std::make_unique<UnaryStep>();
  step->left = left;
  step->cut = n.op == "Relu";
  unary(std::move(step), in, out, n);
  keep(result, std::move(out));
}

void Planner::quant(NodeId id) {
  const Node &n = trace_.node(id);
  const ValueId x = n.inputs[0];
  int fraction = 0;
  const QuantType type = type_and_fraction(n, fraction);
  if (const auto found = tables_.find(x); found != tables_.end()) {
    const Node &function = trace_.node(found->second);
    return function.op == "Softmax" ? softmax(function, n) : table(function, n);
  }
  Activation out;
  if (graph_.value(x).kind == ValueKind::input) {
    const auto &inputs = graph_.inputs();
    auto step = std::make_unique<InputStep>();
    step->input = static_cast<std::size_t>(std::find(inputs.begin(), inputs.end(), x) - inputs.begin());
    step->type = type;
    step->fraction = fraction;
    out.cells.assign(static_cast<std::size_t>(elements_of(graph_.value(x).shape)),
                     Cell{0, fraction, type.lowest(), type.highest()});
    place(out, n);
    step->wide_out = out.wide;
    for (const Cell &cell : out.cells) step->out.push_back(cell.at);
    plan_.steps.push_back(std::move(step));
    return keep(n.outputs[0], std::move(out));
  }
  auto step = std::make_unique<UnaryStep>();
  ValueId from = x;
  if (const auto found = rectifiers_.find(x); found != rectifiers_.end()) {
    const Node &rectifier = trace_.node(found->second);
    step->cut = rectifier.op == "Relu";
    step->left = step->cut ? 0 : leaky_bits(graph_, rectifier);
    from = rectifier.inputs[0];
  }
  const Activation in = activation(from);
  step->quantized = true;
  step->type = type;
  for (const Cell &cell : in.cells) step->shift.push_back(cell.fraction + step->left - fraction);
  unary(std::move(step), in, out, n);
  keep(n.outputs[0], std::move(out));
}

void Planner::table(const Node &n, const Node &quant) {
  const Activation in = aligned(activation(n.inputs[0]), n);
  int fraction = 0;
  const QuantType type = type_and_fraction(quant, fraction);
  auto step = std::make_unique<TableStep>();
  int64_t highest = in.cells[0].highest;
  step->lowest = in.cells[0].lowest;
  for (const Cell &cell : in.cells) {
    step->lowest = std::min(step->lowest, cell.lowest);
    highest = std::max(highest, cell.highest);
  }
  for (const float y : table_of(n.op, in.cells[0].fraction, step->lowest, highest))
    step->table.push_back(quantize(static_cast<double>(y), fraction, type));
  Activation out = in;
  out.wide = false;
  for (Cell &cell : out.cells) {
    const auto first = step->table.begin() + (cell.lowest - step->lowest), last = first + (cell.highest - cell.lowest);
    const auto range = std::minmax_element(first, last + 1);
    step->in.push_back(cell.at);
    cell = {0, fraction, *range.first, *range.second};
  }
  place(out, quant);
  step->wide_in = in.wide;
  step->wide_out = out.wide;
  for (const Cell &cell : out.cells) step->out.push_back(cell.at);
  plan_.steps.push_back(std::move(step));
  keep(quant.outputs[0], std::move(out));
}

void Planner::softmax(const Node &n, const Node &quant) {
  const Activation in = aligned(activation(n.inputs[0]), n);
  const Shape &shape = graph_.value(n.inputs[0]).shape;
  const auto axis = static_cast<std::size_t>(n.integer("axis"));
  const auto count = static_cast<std::size_t>(shape[axis]);
  if (static_cast<int64_t>(count) > kSoftmaxValues)
    refuse(n, fmt::format("it is over {} values, at most {} are supported", count, kSoftmaxValues));
  auto step = std::make_unique<SoftmaxStep>();
  step->type = type_and_fraction(quant, step->fraction);
  int64_t lowest = in.cells[0].lowest, highest = in.cells[0].highest;
  for (const Cell &cell : in.cells) {
    lowest = std::min(lowest, cell.lowest);
    highest = std::max(highest, cell.highest);
  }
  int width = 1;
  while (width <= kTableBits && (int64_t{1} << width) <= highest - lowest) ++width;
  if (width > kTableBits) refuse(n, fmt::format("it reads more than {} bits: put a Quant before it", kTableBits));
  const std::vector<int64_t> table = softmax_table(in.cells[0].fraction, width);
  step->table.assign(table.begin(), table.end());
  Activation out = in;
  out.wide = false;
  const int64_t largest = quantize(1.0, step->fraction, step->type), none = quantize(0.0, step->fraction, step->type);
  const bool wraps = step->type.overflow == Overflow::wrap;  // 1 itself may wrap around
  for (Cell &cell : out.cells)
    cell = {0, step->fraction, wraps ? step->type.lowest() : none, wraps ? step->type.highest() : largest};
  place(out, quant);
  std::size_t inner = 1;
  for (std::size_t i = axis + 1; i < shape.size(); ++i) inner *= static_cast<std::size_t>(shape[i]);
  for (std::size_t outer = 0; outer < in.cells.size(); outer += count * inner)
    for (std::size_t i = 0; i < inner; ++i)
      for (std::size_t k = 0; k < count; ++k) {
        step->in.push_back(in.cells[outer + k * inner + i].at);
        step->out.push_back(out.cells[outer + k * inner + i].at);
      }
  step->count = count;
  step->wide_in = in.wide;
  step->wide_out = out.wide;
  plan_.steps.push_back(std::move(step));
  keep(quant.outputs[0], std::move(out));
}

}  // namespace nac::fw

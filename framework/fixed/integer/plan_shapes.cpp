// SPDX-License-Identifier: Apache-2.0
//
// What moves, adds, joins and pools activations.
#include <fmt/format.h>

#include <algorithm>

#include "fixed/integer/plan.hpp"
#include "fixed/integer/window.hpp"

namespace nac::fw {
namespace {

/// Row-major steps of each dimension, the batch left out (its step is 0).
Shape steps_of(const Shape &shape) {
  Shape steps(shape.size(), 0);
  int64_t step = 1;
  for (std::size_t d = shape.size(); d-- > 1;) {
    steps[d] = step;
    step *= shape[d];
  }
  return steps;
}

/// Calls f(index) for all indices of a sample.
template <class F>
void for_each_index(const Shape &shape, F f) {
  Shape index(shape.size(), 0);
  for (int64_t i = elements_of(shape); i > 0; --i) {
    f(index);
    for (std::size_t d = shape.size(); d-- > 1;) {
      if (++index[d] < shape[d]) break;
      index[d] = 0;
    }
  }
}

int64_t dot(const Shape &index, const Shape &steps) {
  int64_t sum = 0;
  for (std::size_t d = 0; d < index.size(); ++d) sum += index[d] * steps[d];
  return sum;
}

}  // namespace

void Planner::transpose(const Node &n) {
  const Activation in = activation(n.inputs[0]);
  const Shape from = steps_of(graph_.value(n.inputs[0]).shape);
  Shape steps;
  for (const int64_t p : n.integers("perm")) steps.push_back(from[static_cast<std::size_t>(p)]);
  Activation out;
  out.wide = in.wide;
  for_each_index(graph_.value(n.outputs[0]).shape, [&](const Shape &index) {
    out.cells.push_back(in.cells[static_cast<std::size_t>(dot(index, steps))]);
  });
  keep(n.outputs[0], std::move(out));
}

void Planner::combine(const Node &n) {
  const Shape &shape = graph_.value(n.outputs[0]).shape;
  const Activation *terms[] = {&activation(n.inputs[0]), &activation(n.inputs[1])};
  Shape steps[2];
  for (std::size_t t = 0; t < 2; ++t) {  // as ONNX broadcasts
    const Shape &own = graph_.value(n.inputs[t]).shape;
    const Shape inner = steps_of(own);
    steps[t].assign(shape.size(), 0);
    if (own.size() > 1 || own.size() == shape.size())
      for (std::size_t d = 0; d < own.size(); ++d)
        if (own[d] > 1) steps[t][d + shape.size() - own.size()] = inner[d];
  }
  auto step = std::make_unique<CombineStep>();
  step->sign = n.op == "Sub" ? -1 : 1;
  Activation out;
  out.wide = terms[0]->wide || terms[1]->wide;
  step->wide_a = terms[0]->wide;
  step->wide_b = terms[1]->wide;
  for_each_index(shape, [&](const Shape &index) {
    const Cell &a = terms[0]->cells[static_cast<std::size_t>(dot(index, steps[0]))];
    const Cell &b = terms[1]->cells[static_cast<std::size_t>(dot(index, steps[1]))];
    const int fraction = std::max(a.fraction, b.fraction);
    if (2 * fraction - a.fraction - b.fraction > 61) refuse(n, "the grids of its inputs are more than 61 bits apart");
    const auto shifted = [&](int64_t x, const Cell &from) {
      return Wide{checked(Wide{x} * (int64_t{1} << (fraction - from.fraction)), graph_, n)};
    };
    const Wide low = shifted(b.lowest, b), high = shifted(b.highest, b);
    const bool minus = step->sign < 0;
    const Cell cell{0, fraction, checked(shifted(a.lowest, a) + (minus ? -high : low), graph_, n),
                    checked(shifted(a.highest, a) + (minus ? -low : high), graph_, n)};
    const Wide partial = std::max(shifted(magnitude(a), a), shifted(magnitude(b), b));
    out.wide = out.wide || partial >= Wide{1} << 31;
    step->a.push_back(a.at);
    step->b.push_back(b.at);
    step->left_a.push_back(fraction - a.fraction);
    step->left_b.push_back(fraction - b.fraction);
    out.cells.push_back(cell);
  });
  place(out, n);
  step->wide_out = out.wide;
  for (const Cell &cell : out.cells) step->out.push_back(cell.at);
  plan_.steps.push_back(std::move(step));
  keep(n.outputs[0], std::move(out));
}

void Planner::concat(const Node &n) {
  const auto axis = static_cast<std::size_t>(n.integer("axis"));
  const Shape &shape = graph_.value(n.outputs[0]).shape;
  bool wide = false;
  for (const ValueId in : n.inputs) wide = wide || activation(in).wide;
  Activation out;
  out.wide = wide;
  out.cells.resize(static_cast<std::size_t>(elements_of(shape)));
  const Shape steps = steps_of(shape);
  int64_t first = 0;
  for (const ValueId in : n.inputs) {
    const Activation part = wide ? widened(activation(in)) : activation(in);
    std::size_t next = 0;
    const Shape &own = graph_.value(in).shape;
    for_each_index(own, [&](const Shape &index) {
      out.cells[static_cast<std::size_t>(dot(index, steps) + first * steps[axis])] = part.cells[next++];
    });
    first += own[axis];
  }
  keep(n.outputs[0], std::move(out));
}

void Planner::reduce(const Node &n, const std::vector<std::vector<Cell>> &groups, bool wide, bool largest, int shift) {
  auto step = std::make_unique<ReduceStep>();
  Activation out;
  out.wide = wide;
  step->wide_in = wide;
  step->largest = largest;
  step->start.push_back(0);
  for (const std::vector<Cell> &group : groups) {
    Wide lowest = group.at(0).lowest, highest = group[0].highest, partial = 0;
    for (std::size_t i = 0; i < group.size(); ++i) {
      step->in.push_back(group[i].at);
      partial += magnitude(group[i]);
      if (i == 0) continue;
      lowest = largest ? std::max<Wide>(lowest, group[i].lowest) : lowest + group[i].lowest;
      highest = largest ? std::max<Wide>(highest, group[i].highest) : highest + group[i].highest;
    }
    step->start.push_back(step->in.size());
    out.wide = out.wide || (!largest && partial >= Wide{1} << 31);
    out.cells.push_back({0, group[0].fraction + shift, checked(lowest, graph_, n), checked(highest, graph_, n)});
  }
  place(out, n);
  step->wide_out = out.wide;
  for (const Cell &cell : out.cells) step->out.push_back(cell.at);
  plan_.steps.push_back(std::move(step));
  keep(n.outputs[0], std::move(out));
}

void Planner::pool(const Node &n) {
  const Activation in = aligned(activation(n.inputs[0]), n);
  const Shape &x = graph_.value(n.inputs[0]).shape;
  const Windows windows = windows_of(n, x, graph_.value(n.outputs[0]).shape);
  const bool largest = n.op == "MaxPool";
  const int shift = largest ? 0 : averaged_bits(graph_, n);
  std::vector<std::vector<Cell>> groups;
  for (std::size_t c = 0; c < static_cast<std::size_t>(x[1]); ++c)
    for (std::size_t p = 0; p < windows.positions; ++p) {
      std::vector<Cell> group;
      for (std::size_t k = 0; k < windows.size; ++k)
        if (const int64_t at = windows.offset[p * windows.size + k]; at >= 0)
          group.push_back(in.cells[c * windows.plane + static_cast<std::size_t>(at)]);
      groups.push_back(std::move(group));
    }
  reduce(n, groups, in.wide, largest, shift);
}

void Planner::reduction(const Node &n) {
  const Activation in = aligned(activation(n.inputs[0]), n);
  const Shape &x = graph_.value(n.inputs[0]).shape;
  const std::vector<int64_t> &axes = n.integers("axes");
  if (std::count(axes.begin(), axes.end(), 0) != 0) refuse(n, "it mixes samples");
  Shape kept = x;
  for (const int64_t axis : axes) kept[static_cast<std::size_t>(axis)] = 1;
  const Shape steps = steps_of(kept);
  std::vector<std::vector<Cell>> groups(static_cast<std::size_t>(elements_of(kept)));
  std::size_t next = 0;
  for_each_index(x, [&](Shape index) {
    for (const int64_t axis : axes) index[static_cast<std::size_t>(axis)] = 0;
    groups[static_cast<std::size_t>(dot(index, steps))].push_back(in.cells[next++]);
  });
  reduce(n, groups, in.wide, n.op == "ReduceMax", n.op == "ReduceMean" ? averaged_bits(graph_, n) : 0);
}

}  // namespace nac::fw

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "fused/ops/window_op.hpp"
#include "fused/plan/planner.hpp"

namespace nac::fw::fused {
namespace {

std::size_t at(int64_t i) { return static_cast<std::size_t>(i); }

/// Counts through all positions of `extent`, the last dimension fastest; false after the last.
bool next(std::vector<int64_t> &position, const Shape &extent) {
  for (std::size_t i = extent.size(); i-- > 0;) {
    if (++position[i] < extent[i]) return true;
    position[i] = 0;
  }
  return false;
}

void reduce(Planner &p, NodeId id) {
  const Node &node = p.graph.node(id);
  const ValueId x = node.inputs[0], y = node.outputs[0];
  const Shape &shape = p.graph.value(x).shape;
  std::vector<int64_t> axes;
  if (const auto found = node.attributes.find("axes"); found != node.attributes.end()) axes = node.integers("axes");
  if (axes.empty())
    for (std::size_t i = 0; i < shape.size(); ++i) axes.push_back(static_cast<int64_t>(i));
  if (std::find(axes.begin(), axes.end(), 0) != axes.end()) p.refuse(node, "over the batch, other than as the loss");
  const Shape extent(shape.begin() + 1, shape.end());
  std::vector<int64_t> step(extent.size(), 0);
  int64_t results = 1;
  for (std::size_t i = extent.size(); i-- > 0;) {
    if (std::find(axes.begin(), axes.end(), static_cast<int64_t>(i + 1)) != axes.end()) continue;
    step[i] = results;
    results *= extent[i];
  }
  std::vector<std::vector<int>> terms(at(results));
  std::vector<int64_t> position(extent.size(), 0);
  int row = 0;
  do {
    int64_t result = 0;
    for (std::size_t i = 0; i < extent.size(); ++i) result += position[i] * step[i];
    terms[at(result)].push_back(row++);
  } while (next(position, extent));
  Windows windows;
  windows.begin = {0};
  for (const std::vector<int> &t : terms) {
    windows.terms.insert(windows.terms.end(), t.begin(), t.end());
    windows.begin.push_back(static_cast<int>(windows.terms.size()));
  }
  std::vector<float> factor(at(results), 1.0F);
  if (node.op == "ReduceMean") factor.assign(at(results), static_cast<float>(results) / static_cast<float>(row));
  const auto kind = node.op == "ReduceMax" ? WindowOp::Kind::shared_largest : WindowOp::Kind::sum;
  p.emit<WindowOp>(node, kind, std::move(windows), std::move(factor), row, p.slot(x), p.slot(y), p.needs_gradient(x));
}

/// Pooling over [N, C, spatial...].
void pool(Planner &p, NodeId id) {
  const Node &node = p.graph.node(id);
  if (node.outputs.size() > 1 && node.outputs[1] != 0 && p.live(node.outputs[1]))
    p.refuse(node, "the second output (indices) has no kernel");
  const ValueId x = node.inputs[0], y = node.outputs[0];
  const Shape &in = p.graph.value(x).shape, &out = p.graph.value(y).shape;
  const Shape from(in.begin() + 2, in.end()), to(out.begin() + 2, out.end());
  const std::size_t rank = from.size();
  const std::vector<int64_t> &kernel = node.integers("kernel_shape"), &strides = node.integers("strides"),
                             &pads = node.integers("pads");
  const std::vector<int64_t> dilations =
      node.attributes.count("dilations") != 0 ? node.integers("dilations") : std::vector<int64_t>(rank, 1);
  const bool average = node.op == "AveragePool";
  const bool count_pads = average && node.integer("count_include_pad") != 0;
  int64_t image = 1;
  for (const int64_t e : from) image *= e;
  Windows windows;
  windows.begin = {0};
  std::vector<float> factor;
  for (int64_t c = 0; c < in[1]; ++c) {
    std::vector<int64_t> position(rank, 0);
    do {
      std::vector<int64_t> k(rank, 0);
      int64_t padded = 0;  // elements of the window inside of image and padding, the divisor of count_include_pad
      do {
        int64_t row = 0;
        bool inside = true, on_padding = true;
        for (std::size_t i = 0; i < rank; ++i) {
          const int64_t q = position[i] * strides[i] - pads[i] + k[i] * dilations[i];
          inside = inside && q >= 0 && q < from[i];
          on_padding = on_padding && q < from[i] + pads[rank + i];
          row = row * from[i] + q;
        }
        if (inside) windows.terms.push_back(static_cast<int>(c * image + row));
        padded += on_padding ? 1 : 0;
      } while (next(k, kernel));
      const int64_t valid = static_cast<int64_t>(windows.terms.size()) - windows.begin.back();
      if (valid == 0) p.refuse(node, "a window lies on padding only");
      factor.push_back(average ? 1.0F / static_cast<float>(count_pads ? padded : valid) : 1.0F);
      windows.begin.push_back(static_cast<int>(windows.terms.size()));
    } while (next(position, to));
  }
  p.emit<WindowOp>(node, average ? WindowOp::Kind::sum : WindowOp::Kind::largest, std::move(windows), std::move(factor),
                   p.rows_of(x), p.slot(x), p.slot(y), p.needs_gradient(x));
}

}  // namespace

const ReadTable &window_operators() {
  static const ReadTable table{
      {"AveragePool", pool}, {"MaxPool", pool}, {"ReduceMax", reduce}, {"ReduceMean", reduce}, {"ReduceSum", reduce}};
  return table;
}

}  // namespace nac::fw::fused

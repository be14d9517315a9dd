// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>

#include "fused/ops/window_op.hpp"
#include "fused/plan/read_exact.hpp"

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

/// Emits the operator; `divisors`: what the sums of the windows are divided by.
void emit_windows(Planner &p, const Node &node, WindowOp::Kind kind, Windows windows,
                  const std::vector<double> &divisors) {
  const ValueId x = node.inputs[0];
  double longest = 1;
  for (std::size_t i = 0; i < divisors.size(); ++i)
    longest = std::max(longest, static_cast<double>(windows.begin[i + 1] - windows.begin[i]));
  const bool sums = kind == WindowOp::Kind::sum;
  const IntegerUse use{sums ? IntegerUse::Kind::sums : IntegerUse::Kind::moves, longest};
  const bool wide = may_be_wide(p, node, use);
  ExactOp::Compute compute;
  if (wide)
    compute = [windows, divisors, sums](const std::vector<const double *> &in, double *y, int width) {
      for (std::size_t i = 0; i < divisors.size(); ++i, y += width) {
        std::fill_n(y, width, sums ? 0.0 : -std::numeric_limits<double>::infinity());
        for (int t = windows.begin[i]; t < windows.begin[i + 1]; ++t) {
          const double *row = in[0] + static_cast<std::ptrdiff_t>(windows.terms[at(t)]) * width;
          for (int lane = 0; lane < width; ++lane) y[lane] = sums ? y[lane] + row[lane] : std::max(y[lane], row[lane]);
        }
        for (int lane = 0; sums && lane < width; ++lane) y[lane] /= divisors[i];
      }
    };
  std::vector<float> factor;
  for (const double d : divisors) factor.push_back(1.0F / static_cast<float>(d));
  p.emit<WindowOp>(node, kind, std::move(windows), std::move(factor), p.rows_of(x), p.slot(x), p.slot(node.outputs[0]),
                   p.needs_gradient(x));
  if (wide) make_exact(p, node, use, std::move(compute));
}

void reduce(Planner &p, NodeId id) {
  const Node &node = p.graph.node(id);
  const Shape &shape = p.graph.value(node.inputs[0]).shape;
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
  const double divisor = node.op == "ReduceMean" ? static_cast<double>(row) / static_cast<double>(results) : 1;
  const auto kind = node.op == "ReduceMax" ? WindowOp::Kind::shared_largest : WindowOp::Kind::sum;
  emit_windows(p, node, kind, std::move(windows), std::vector<double>(at(results), divisor));
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
  std::vector<double> divisors;
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
      divisors.push_back(average ? static_cast<double>(count_pads ? padded : valid) : 1);
      windows.begin.push_back(static_cast<int>(windows.terms.size()));
    } while (next(position, to));
  }
  emit_windows(p, node, average ? WindowOp::Kind::sum : WindowOp::Kind::largest, std::move(windows), divisors);
}

}  // namespace

const ReadTable &window_operators() {
  static const ReadTable table{
      {"AveragePool", pool}, {"MaxPool", pool}, {"ReduceMax", reduce}, {"ReduceMean", reduce}, {"ReduceSum", reduce}};
  return table;
}

}  // namespace nac::fw::fused

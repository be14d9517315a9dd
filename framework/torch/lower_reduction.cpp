// SPDX-License-Identifier: Apache-2.0
#include <limits>
#include <numeric>

#include "base/error.hpp"
#include "torch/exact.hpp"
#include "torch/lowering.hpp"

namespace nac::fw::libtorch {
namespace {

/// Axes come as an attribute, in later opsets (and for ReduceSum) as a constant input; none means all of them.
std::vector<int64_t> axes_of(const Lowering &l, const Node &node, std::size_t rank) {
  std::vector<int64_t> axes = integers_or(node, "axes", {});
  if (node.inputs.size() > 1 && node.inputs[1] != 0) axes = l.integers_of(node.inputs[1], node);
  if (axes.empty() && integer_or(node, "noop_with_empty_axes", 0) == 0) {
    axes.resize(rank);
    std::iota(axes.begin(), axes.end(), int64_t{0});
  }
  for (int64_t &axis : axes) axis = axis_of(axis, rank);
  return axes;
}

template <class Compute>
void reduce(Lowering &l, const Node &node, bool sums, Compute compute) {
  const Slot x = l.slot(node.inputs.at(0));
  const ValueId out = node.outputs.at(0);
  const std::vector<int64_t> axes = axes_of(l, node, x.shape.size());
  const bool keep = integer_or(node, "keepdims", 1) != 0;
  double count = 1;
  for (const int64_t axis : axes) count *= static_cast<double>(x.shape[static_cast<std::size_t>(axis)]);
  const ExactSum sum(l, node, {x.id}, sums ? count : 0);
  if (axes.empty()) {
    l.emit(node, [=](Frame &f) { f.values[out] = x.logical(f); });
  } else {
    l.emit(node,
           [=](Frame &f) { f.values[out] = compute(sums ? sum.operand(f, x.logical(f)) : x.logical(f), axes, keep); });
  }
}

void reduce_mean(Lowering &l, const Node &node) {
  reduce(l, node, true, [](const at::Tensor &x, at::IntArrayRef axes, bool keep) { return at::mean(x, axes, keep); });
}
void reduce_sum(Lowering &l, const Node &node) {
  reduce(l, node, true, [](const at::Tensor &x, at::IntArrayRef axes, bool keep) { return at::sum(x, axes, keep); });
}
/// Equal maxima share the gradient.
void reduce_max(Lowering &l, const Node &node) {
  reduce(l, node, false, [](const at::Tensor &x, at::IntArrayRef axes, bool keep) { return at::amax(x, axes, keep); });
}

template <class Compute>
void along_axis(Lowering &l, const Node &node, Compute compute) {
  const Slot x = l.slot(node.inputs.at(0));
  const ValueId out = node.outputs.at(0);
  const int64_t axis = axis_of(integer_or(node, "axis", -1), x.shape.size());
  l.emit(node, [=](Frame &f) { f.values[out] = compute(x.logical(f), axis); });
}

void softmax(Lowering &l, const Node &node) {
  if (lower_table(l, node)) return;
  along_axis(l, node, [](const at::Tensor &x, int64_t axis) { return at::softmax(x, axis); });
}
void log_softmax(Lowering &l, const Node &node) {
  along_axis(l, node, [](const at::Tensor &x, int64_t axis) { return at::log_softmax(x, axis); });
}

/// Scores [N, C, ...], labels [N, ...]; the mean over all labels, which is all that the graph accepts.
void softmax_cross_entropy(Lowering &l, const Node &node) {
  const Slot scores = l.slot(node.inputs.at(0)), labels = l.slot(node.inputs.at(1));
  const ValueId out = node.outputs.at(0);
  if (text_or(node, "reduction", "mean") != "mean" || node.inputs.size() > 2 || node.outputs.size() > 1)
    throw Error(title(l.graph, node) + ": only the mean without weights is available", NAC_UNSUPPORTED);
  // A number that no label has: PyTorch's default of the ignored one, -100, would hide a wrong label.
  const int64_t ignore_none = std::numeric_limits<int64_t>::min();
  l.emit(node, [=](Frame &f) {
    const at::Tensor log = at::log_softmax(scores.logical(f), 1);
    f.values[out] = at::nll_loss_nd(log, labels.logical(f), {}, at::Reduction::Mean, ignore_none);
  });
}

}  // namespace

const LowerTable &reduction_operators() {
  static const LowerTable table{{"LogSoftmax", log_softmax}, {"ReduceMax", reduce_max},
                                {"ReduceMean", reduce_mean}, {"ReduceSum", reduce_sum},
                                {"Softmax", softmax},        {"SoftmaxCrossEntropyLoss", softmax_cross_entropy}};
  return table;
}

}  // namespace nac::fw::libtorch

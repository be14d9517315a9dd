// SPDX-License-Identifier: Apache-2.0
#include <numeric>

#include "base/error.hpp"
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
void reduce(Lowering &l, const Node &node, Compute compute) {
  const Slot x = l.slot(node.inputs.at(0));
  const ValueId out = node.outputs.at(0);
  const std::vector<int64_t> axes = axes_of(l, node, x.shape.size());
  const bool keep = integer_or(node, "keepdims", 1) != 0;
  if (axes.empty()) {
    l.emit(node, [=](Frame &f) { f.values[out] = x.logical(f); });
  } else {
    l.emit(node, [=](Frame &f) { f.values[out] = compute(x.logical(f), axes, keep); });
  }
}

void reduce_mean(Lowering &l, const Node &node) {
  reduce(l, node, [](const at::Tensor &x, at::IntArrayRef axes, bool keep) { return at::mean(x, axes, keep); });
}
void reduce_sum(Lowering &l, const Node &node) {
  reduce(l, node, [](const at::Tensor &x, at::IntArrayRef axes, bool keep) { return at::sum(x, axes, keep); });
}
/// Equal maxima share the gradient.
void reduce_max(Lowering &l, const Node &node) {
  reduce(l, node, [](const at::Tensor &x, at::IntArrayRef axes, bool keep) { return at::amax(x, axes, keep); });
}

template <class Compute>
void along_axis(Lowering &l, const Node &node, Compute compute) {
  const Slot x = l.slot(node.inputs.at(0));
  const ValueId out = node.outputs.at(0);
  const int64_t axis = axis_of(integer_or(node, "axis", -1), x.shape.size());
  l.emit(node, [=](Frame &f) { f.values[out] = compute(x.logical(f), axis); });
}

void softmax(Lowering &l, const Node &node) {
  along_axis(l, node, [](const at::Tensor &x, int64_t axis) { return at::softmax(x, axis); });
}
void log_softmax(Lowering &l, const Node &node) {
  along_axis(l, node, [](const at::Tensor &x, int64_t axis) { return at::log_softmax(x, axis); });
}

/// Scores [N, C, ...], labels [N, ...], weights [C]; the second output is log_softmax of the scores.
void softmax_cross_entropy(Lowering &l, const Node &node) {
  const Slot scores = l.slot(node.inputs.at(0)), labels = l.slot(node.inputs.at(1));
  const ValueId weights = node.inputs.size() > 2 ? node.inputs[2] : 0;
  const ValueId out = node.outputs.at(0), log_prob = node.outputs.size() > 1 ? node.outputs[1] : 0;
  const std::string text = text_or(node, "reduction", "mean");
  if (text != "mean" && text != "sum" && text != "none")
    throw Error(title(l.graph, node) + ": reduction = '" + text + "'; accepted: mean, sum, none");
  const int64_t reduction = text == "mean"  ? at::Reduction::Mean
                            : text == "sum" ? at::Reduction::Sum
                                            : at::Reduction::None;
  // PyTorch's own default stands for "no label is ignored": labels are checked to be 0 to C - 1.
  const int64_t ignore = integer_or(node, "ignore_index", -100);
  l.emit(node, [=](Frame &f) {
    const at::Tensor log = at::log_softmax(scores.logical(f), 1);
    const at::Tensor label = labels.logical(f).to(at::kLong);
    const c10::optional<at::Tensor> w = weights != 0 ? c10::optional<at::Tensor>(f.values[weights]) : c10::nullopt;
    f.values[out] = at::nll_loss_nd(log, label, w, reduction, ignore);
    if (log_prob != 0) f.values[log_prob] = log;
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

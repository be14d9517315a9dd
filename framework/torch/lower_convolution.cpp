// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>

#include "base/error.hpp"
#include "torch/lowering.hpp"
#include "torch/window.hpp"

namespace nac::fw::libtorch {
namespace {

bool undilated(const Window &w) {
  return std::all_of(w.dilations.begin(), w.dilations.end(), [](int64_t d) { return d == 1; });
}

/// For a short inner sum, LibTorch's own im2col + sgemm beats oneDNN, which pads channels to its vector width.
bool prefers_im2col(const Lowering &l, const Shape &weight, const Window &w, int64_t group) {
  if (!l.on_cpu || weight.size() != 4 || group != 1) return false;
  if (!undilated(w) || !w.uneven.empty()) return false;
  return weight[1] * weight[2] * weight[3] <= 16;
}

void conv(Lowering &l, const Node &node) {
  const Slot x = l.slot(node.inputs.at(0)), weight = l.slot(node.inputs.at(1));
  const ValueId bias = node.inputs.size() > 2 ? node.inputs[2] : 0, out = node.outputs.at(0);
  const Window w = window_of(l, node, {weight.shape.begin() + 2, weight.shape.end()});
  const int64_t group = integer_or(node, "group", 1);
  const bool two = w.kernel.size() == 2, im2col = prefers_im2col(l, weight.shape, w, group);
  l.mark_overwritable(out);
  l.emit(node, [=](Frame &f) {
    at::Tensor in = x.logical(f);
    if (!w.uneven.empty()) in = at::constant_pad_nd(in, w.uneven, 0);
    const at::Tensor &k = f.values[weight.id];
    const c10::optional<at::Tensor> b = bias != 0 ? c10::optional<at::Tensor>(f.values[bias]) : c10::nullopt;
    if (im2col) {
      f.values[out] = at::thnn_conv2d(in, k, w.kernel, b, w.strides, w.padding);
    } else if (two) {
      f.values[out] = at::conv2d(in, k, b, w.strides, w.padding, w.dilations, group);
    } else {
      f.values[out] = at::conv1d(in, k, b, w.strides, w.padding, w.dilations, group);
    }
  });
}

void max_pool(Lowering &l, const Node &node) {
  const Slot x = l.slot(node.inputs.at(0));
  const ValueId out = node.outputs.at(0);
  if (node.outputs.size() > 1 && node.outputs[1] != 0 && l.live().count(node.outputs[1]) != 0)
    throw Error(title(l.graph, node) + ": the second output (indices) is not available", NAC_UNSUPPORTED);
  const Window w = window_of(l, node, {});
  const bool two = w.kernel.size() == 2;
  l.emit(node, [=](Frame &f) {
    at::Tensor in = x.logical(f);
    if (!w.uneven.empty()) in = at::constant_pad_nd(in, w.uneven, -std::numeric_limits<float>::infinity());
    f.values[out] = two ? at::max_pool2d(in, w.kernel, w.strides, w.padding, w.dilations, w.ceil_mode)
                        : at::max_pool1d(in, w.kernel, w.strides, w.padding, w.dilations, w.ceil_mode);
  });
}

void average_pool(Lowering &l, const Node &node) {
  const Slot x = l.slot(node.inputs.at(0));
  const ValueId out = node.outputs.at(0);
  const Window w = window_of(l, node, {});
  const bool count_pad = integer_or(node, "count_include_pad", 0) != 0;
  if (!undilated(w)) throw Error(title(l.graph, node) + ": dilations other than 1 are not available", NAC_UNSUPPORTED);
  if (!w.uneven.empty() && !count_pad)
    throw Error(title(l.graph, node) + ": padding that differs between begin and end needs count_include_pad = 1",
                NAC_UNSUPPORTED);
  const bool two = w.kernel.size() == 2;
  l.emit(node, [=](Frame &f) {
    at::Tensor in = x.logical(f);
    if (!w.uneven.empty()) in = at::constant_pad_nd(in, w.uneven, 0);
    f.values[out] = two ? at::avg_pool2d(in, w.kernel, w.strides, w.padding, w.ceil_mode, count_pad)
                        : at::avg_pool1d(in, w.kernel, w.strides, w.padding, w.ceil_mode, count_pad);
  });
}

}  // namespace

const LowerTable &convolution_operators() {
  static const LowerTable table{{"AveragePool", average_pool}, {"Conv", conv}, {"MaxPool", max_pool}};
  return table;
}

}  // namespace nac::fw::libtorch

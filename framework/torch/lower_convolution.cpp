// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <functional>
#include <limits>
#include <numeric>

#include "base/error.hpp"
#include "torch/convolution.hpp"
#include "torch/exact.hpp"
#include "torch/lowering.hpp"

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
  const Slot x = l.slot(node.inputs.at(0));
  const Convolution convolve = convolution_of(l, node);
  const ValueId kernel = node.inputs.at(1), bias = node.inputs.size() > 2 ? node.inputs[2] : 0;
  const ValueId out = node.outputs.at(0);
  l.mark_overwritable(out);
  l.emit(node, [=](Frame &f) {
    const c10::optional<at::Tensor> b = bias != 0 ? c10::optional<at::Tensor>(f.values[bias]) : c10::nullopt;
    f.values[out] = convolve(x.logical(f).to(f.values[kernel].scalar_type()), f.values[kernel], b);
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
  const ExactSum sum(l, node, {node.inputs[0]},
                     std::accumulate(w.kernel.begin(), w.kernel.end(), 1.0, std::multiplies<>()));
  l.emit(node, [=](Frame &f) {
    at::Tensor in = sum.operand(f, x.logical(f));
    if (!w.uneven.empty()) in = at::constant_pad_nd(in, w.uneven, 0);
    f.values[out] = two ? at::avg_pool2d(in, w.kernel, w.strides, w.padding, w.ceil_mode, count_pad)
                        : at::avg_pool1d(in, w.kernel, w.strides, w.padding, w.ceil_mode, count_pad);
  });
}

/// x as an image of one row.
at::Tensor with_row(const at::Tensor &x) { return x.unsqueeze(2); }

}  // namespace

at::Tensor Convolution::operator()(at::Tensor x, const at::Tensor &k, const c10::optional<at::Tensor> &b) const {
  const Window &w = window;
  if (!w.uneven.empty()) x = at::constant_pad_nd(x, w.uneven, 0);
  if (im2col) return at::thnn_conv2d(x, k, w.kernel, b, w.strides, w.padding);
  return w.kernel.size() == 2 ? at::conv2d(x, k, b, w.strides, w.padding, w.dilations, group)
                              : at::conv1d(x, k, b, w.strides, w.padding, w.dilations, group);
}

at::Tensor Convolution::exact(at::Tensor x, const at::Tensor &k, const c10::optional<at::Tensor> &b) const {
  const Window &w = window;
  if (!w.uneven.empty()) x = at::constant_pad_nd(x, w.uneven, 0);
  if (!x.is_cpu())
    return w.kernel.size() == 2 ? at::conv2d(x, k, b, w.strides, w.padding, w.dilations)
                                : at::conv1d(x, k, b, w.strides, w.padding, w.dilations);
  const auto run = [&](const at::Tensor &image, const at::Tensor &kernel, std::vector<int64_t> size,
                       std::vector<int64_t> strides, std::vector<int64_t> padding, std::vector<int64_t> dilations) {
    return undilated(w) ? at::thnn_conv2d(image, kernel, size, b, strides, padding)
                        : at::slow_conv_dilated2d(image, kernel, size, b, strides, padding, dilations);
  };
  if (w.kernel.size() == 2) return run(x, k, w.kernel, w.strides, w.padding, w.dilations);
  return run(with_row(x), with_row(k), {1, w.kernel[0]}, {1, w.strides[0]}, {0, w.padding[0]}, {1, w.dilations[0]})
      .squeeze(2);
}

Convolution convolution_of(Lowering &l, const Node &node) {
  const Shape &weight = l.graph.value(node.inputs.at(1)).shape;
  Convolution c;
  c.window = window_of(l, node, {weight.begin() + 2, weight.end()});
  c.group = integer_or(node, "group", 1);
  c.im2col = prefers_im2col(l, weight, c.window, c.group);
  return c;
}

const LowerTable &convolution_operators() {
  static const LowerTable table{{"AveragePool", average_pool}, {"Conv", conv}, {"MaxPool", max_pool}};
  return table;
}

}  // namespace nac::fw::libtorch

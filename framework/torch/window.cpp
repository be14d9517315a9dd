// SPDX-License-Identifier: Apache-2.0
#include "torch/window.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace nac::fw::libtorch {
namespace {

/// Begin and end padding of every spatial dimension, ONNX order: all begins, then all ends.
std::vector<int64_t> pads_of(const Lowering &l, const Node &node, const Window &w) {
  const std::size_t rank = w.kernel.size();
  const std::string automatic = text_or(node, "auto_pad", "NOTSET");
  if (automatic == "NOTSET" || automatic.empty()) return integers_or(node, "pads", std::vector<int64_t>(2 * rank, 0));
  if (automatic == "VALID") return std::vector<int64_t>(2 * rank, 0);
  const bool upper = automatic == "SAME_UPPER";
  if (!upper && automatic != "SAME_LOWER")
    throw Error(title(l.graph, node) + ": auto_pad = '" + automatic +
                "'; accepted: NOTSET, VALID, SAME_UPPER, SAME_LOWER");
  const Shape &shape = l.graph.value(node.inputs.at(0)).shape;
  std::vector<int64_t> pads(2 * rank, 0);
  for (std::size_t i = 0; i < rank; ++i) {
    const int64_t size = shape.at(i + 2), stride = w.strides[i];
    const int64_t outputs = (size + stride - 1) / stride;
    const int64_t extent = (w.kernel[i] - 1) * w.dilations[i] + 1;
    const int64_t total = std::max<int64_t>((outputs - 1) * stride + extent - size, 0);
    const int64_t less = total / 2, more = total - less;
    pads[i] = upper ? less : more;
    pads[rank + i] = upper ? more : less;
  }
  return pads;
}

}  // namespace

Window window_of(const Lowering &l, const Node &node, std::vector<int64_t> kernel) {
  Window w;
  w.kernel = integers_or(node, "kernel_shape", std::move(kernel));
  const std::size_t rank = w.kernel.size();
  if (rank < 1 || rank > 2)
    throw Error(title(l.graph, node) + ": a window over " + std::to_string(rank) +
                    " dimensions; the training engine has 1 and 2",
                NAC_UNSUPPORTED);
  w.strides = integers_or(node, "strides", std::vector<int64_t>(rank, 1));
  w.dilations = integers_or(node, "dilations", std::vector<int64_t>(rank, 1));
  w.ceil_mode = integer_or(node, "ceil_mode", 0) != 0;
  const std::vector<int64_t> pads = pads_of(l, node, w);
  w.padding.assign(pads.begin(), pads.begin() + static_cast<std::ptrdiff_t>(rank));
  if (!std::equal(w.padding.begin(), w.padding.end(), pads.begin() + static_cast<std::ptrdiff_t>(rank))) {
    for (std::size_t i = rank; i-- > 0;) {
      w.uneven.push_back(pads[i]);
      w.uneven.push_back(pads[rank + i]);
    }
    w.padding.assign(rank, 0);
  }
  return w;
}

}  // namespace nac::fw::libtorch

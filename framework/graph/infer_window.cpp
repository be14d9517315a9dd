// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "graph/window.hpp"

namespace nac::fw {
namespace {

constexpr int64_t kMaxExtent = int64_t{1} << 30;  // keeps all sums below far from overflow

/// The attribute, after checking its length and range; `preset` in every place when absent.
Shape complete(OperatorCall &call, const char *name, std::size_t count, int64_t low, int64_t preset) {
  if (!call.has_attribute(name)) (*call.attributes)[name] = Shape(count, preset);
  const Shape values = call.integers(name);
  if (values.size() != count)
    call.fail(fmt::format("{} has {} entries, {} are needed here", name, values.size(), count));
  for (const int64_t v : values)
    if (v < low || v > kMaxExtent) call.fail(fmt::format("{} contains {}, accepted is {} to 2^30", name, v, low));
  return values;
}

/// SAME_UPPER and SAME_LOWER keep ceil(extent / stride) outputs, VALID pads nothing.
void resolve_auto_pad(OperatorCall &call, const Shape &extents, const Shape &kernel, const Shape &strides,
                      const Shape &dilations) {
  const std::string mode = call.text("auto_pad");
  if (mode == "NOTSET") return;
  if (mode != "VALID" && mode != "SAME_UPPER" && mode != "SAME_LOWER")
    call.fail(fmt::format("auto_pad = '{}', accepted are NOTSET, VALID, SAME_UPPER and SAME_LOWER", mode));
  if (call.has_attribute("pads")) {
    const Shape pads = call.integers("pads");
    if (std::any_of(pads.begin(), pads.end(), [](int64_t p) { return p != 0; }))
      call.fail("auto_pad and pads are both given");
  }
  const std::size_t n = extents.size();
  Shape pads(2 * n, 0);
  for (std::size_t i = 0; i < n && mode != "VALID"; ++i) {
    const int64_t span = (kernel[i] - 1) * dilations[i] + 1;
    const int64_t outputs = (extents[i] + strides[i] - 1) / strides[i];
    const int64_t total = std::max<int64_t>(0, (outputs - 1) * strides[i] + span - extents[i]);
    pads[i] = mode == "SAME_UPPER" ? total / 2 : total - total / 2;
    pads[n + i] = total - pads[i];
  }
  (*call.attributes)["pads"] = pads;
  (*call.attributes)["auto_pad"] = std::string("NOTSET");
}

}  // namespace

Shape slide_window(OperatorCall &call, const Shape &extents) {
  const std::size_t n = extents.size();
  if (!call.has_attribute("kernel_shape")) call.fail("attribute 'kernel_shape' is missing");
  const Shape kernel = complete(call, "kernel_shape", n, 1, 1);
  const Shape strides = complete(call, "strides", n, 1, 1);
  const bool dilates = call.label.rfind("AveragePool", 0) != 0;
  const Shape dilations = dilates ? complete(call, "dilations", n, 1, 1) : Shape(n, 1);
  for (std::size_t i = 0; i < n; ++i)
    if (kernel[i] > kMaxExtent / dilations[i]) call.fail("kernel_shape times dilations is beyond 2^30");
  resolve_auto_pad(call, extents, kernel, strides, dilations);
  const Shape pads = complete(call, "pads", 2 * n, 0, 0);
  const bool ceil_mode = call.has_attribute("ceil_mode") && call.integer("ceil_mode") != 0;
  Shape out;
  for (std::size_t i = 0; i < n; ++i) {
    const int64_t span = (kernel[i] - 1) * dilations[i] + 1;
    const int64_t room = extents[i] + pads[i] + pads[n + i] - span;
    if (extents[i] < 1 || room < 0)
      call.fail(fmt::format("a window of {} does not fit into dimension {} of extent {} with padding {}", span, i + 2,
                            extents[i], pads[i] + pads[n + i]));
    out.push_back((room + (ceil_mode ? strides[i] - 1 : 0)) / strides[i] + 1);
  }
  return out;
}

namespace {

Typed infer_pool(OperatorCall &call) {
  require_float(call, 0);
  const Shape &x = call.input(0).shape;
  if (x.size() < 3 || x.size() > 5) call.fail("the input must be [N, C, L], [N, C, H, W] or [N, C, D, H, W]");
  Shape out{x[0], x[1]};
  const Shape spatial = slide_window(call, Shape(x.begin() + 2, x.end()));
  const Shape &kernel = call.integers("kernel_shape");
  const Shape &pads = call.integers("pads");
  for (std::size_t i = 0; i < kernel.size(); ++i)
    if (pads[i] >= kernel[i] || pads[kernel.size() + i] >= kernel[i])
      call.fail(
          fmt::format("pads {} reach the kernel {}: a window would see padding only", text_of(pads), text_of(kernel)));
  out.insert(out.end(), spatial.begin(), spatial.end());
  return {call.input(0).dtype, out};
}

}  // namespace

Typed infer_max_pool(OperatorCall &call) {
  if (call.integer("storage_order") != 0)
    call.fail("storage_order must be 0, the order of results nobody asks for here");
  return infer_pool(call);
}

Typed infer_average_pool(OperatorCall &call) {
  const int64_t include = call.integer("count_include_pad");
  if (include != 0 && include != 1) call.fail(fmt::format("count_include_pad = {}, it must be 0 or 1", include));
  return infer_pool(call);
}

}  // namespace nac::fw

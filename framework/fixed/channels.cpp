// SPDX-License-Identifier: Apache-2.0
#include "fixed/channels.hpp"

#include <algorithm>

namespace nac::fw {
Axis axis_of(const Shape &shape, std::size_t d) {
  Axis axis{static_cast<std::size_t>(shape[d]), 1};
  for (std::size_t i = d + 1; i < shape.size(); ++i) axis.inner *= static_cast<std::size_t>(shape[i]);
  return axis;
}

std::optional<ChannelAxis> channel_axis(const Shape &shape, const Channels &channels) {
  for (std::size_t d = 1; d < shape.size(); ++d) {
    const Axis axis = axis_of(shape, d);
    ChannelAxis found{d, Channels(axis.extent, -1)};
    bool same = true;
    for (std::size_t e = 0; e < channels.size() && same; ++e) {
      int &channel = found.channel[axis.of(e)];
      same = channel == -1 || channel == channels[e];
      channel = channels[e];
    }
    if (same) return found;
  }
  return {};
}

Channels through(const Graph &graph, const Node &n, const Channels &in) {
  const Shape &x = graph.value(n.inputs[0]).shape, &y = graph.value(n.outputs[0]).shape;
  if (n.op == "MaxPool" || n.op == "AveragePool" || n.op.rfind("Reduce", 0) == 0 || n.op == "Transpose") {
    const std::optional<ChannelAxis> axis = channel_axis(x, in);
    if (!axis) return {};
    std::size_t d = axis->dimension;
    if (n.op == "Transpose") {
      const auto &perm = n.integers("perm");
      d = static_cast<std::size_t>(std::find(perm.begin(), perm.end(), static_cast<int64_t>(d)) - perm.begin());
    } else if (n.op.rfind("Reduce", 0) == 0) {
      const auto &axes = n.integers("axes");
      if (std::count(axes.begin(), axes.end(), static_cast<int64_t>(d)) != 0) return {};
      if (n.integer("keepdims") == 0)
        d -= static_cast<std::size_t>(
            std::count_if(axes.begin(), axes.end(), [&](int64_t a) { return a < static_cast<int64_t>(d); }));
    } else if (d != 1) {
      return {};
    }
    const Axis out = axis_of(y, d);
    Channels channels(static_cast<std::size_t>(elements_of(y)));
    for (std::size_t e = 0; e < channels.size(); ++e) channels[e] = axis->channel[out.of(e)];
    return channels;
  }
  return in;
}

Tensor sliced(const Tensor &t, std::size_t d, const std::vector<bool> &keep) {
  const Axis axis = axis_of(t.shape(), d);
  std::vector<float> values;
  for (std::size_t e = 0; e < static_cast<std::size_t>(t.elements()); ++e)
    if (keep[axis.of(e)]) values.push_back(t.data<float>()[e]);
  Shape shape = t.shape();
  shape[d] = std::count(keep.begin(), keep.end(), true);
  return Tensor::of(shape, values);
}

}  // namespace nac::fw

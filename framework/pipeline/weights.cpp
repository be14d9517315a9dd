// SPDX-License-Identifier: Apache-2.0
#include "pipeline/weights.hpp"

#include <fmt/format.h>

#include "base/error.hpp"

namespace nac::fw {
namespace {

/// See docs/quantized-graphs.md: a mask is a constant that is named after its weight.
bool is_mask(const std::string &name) {
  const std::string suffix = ".mask";
  return name.size() > suffix.size() && name.compare(name.size() - suffix.size(), suffix.size(), suffix) == 0;
}

bool may_be_trained(const Value &value) {
  return value.kind == ValueKind::parameter || value.kind == ValueKind::constant;
}

}  // namespace

void take_weights(Graph &graph, const std::map<std::string, Tensor> &weights) {
  for (const ValueId id : graph.values()) {
    const Value &value = graph.value(id);
    const auto at = weights.find(value.name);
    if (at != weights.end() && may_be_trained(value))
      graph.set_data(id, at->second);
    else if (value.kind == ValueKind::parameter)
      throw Error(fmt::format("the engine returned no values for parameter '{}'", value.name));
  }
}

std::size_t take_same(Graph &graph, const Graph &from) {
  std::size_t taken = 0;
  for (const ValueId id : graph.values()) {
    const Value &value = graph.value(id);
    const ValueId source = from.find(value.name);
    if (source == 0 || !may_be_trained(value) || value.dtype != DType::f32 || is_mask(value.name)) continue;
    const Value &other = from.value(source);
    if (!may_be_trained(other) || other.dtype != value.dtype || other.shape != value.shape || !other.data) continue;
    graph.set_data(id, *other.data);
    ++taken;
  }
  return taken;
}

}  // namespace nac::fw

// SPDX-License-Identifier: Apache-2.0
#include "pipeline/hardware/model_hash.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>

#include "services/sha256.hpp"

namespace nac::fw {
namespace {

std::string text_of(const Attribute &attribute) {
  return fmt::format("{} ", attribute.index()) +
         std::visit([](const auto &value) { return fmt::format("{}", value); }, attribute);
}

std::string hash_of(const Graph &graph, const Value &v) {
  std::string all = fmt::format("{} {}\n", name_of(v.dtype), fmt::join(v.shape, ","));
  if (v.data) all += std::string_view(static_cast<const char *>(v.data->raw()), v.data->bytes());
  if (v.kind == ValueKind::input) {
    const auto &inputs = graph.inputs();
    const auto at =
        std::find_if(inputs.begin(), inputs.end(), [&](ValueId id) { return graph.value(id).name == v.name; });
    all += fmt::format("input {}", at - inputs.begin());
  }
  return sha256_hex(all);
}

}  // namespace

std::string model_hash(const Graph &deployed) {
  std::map<ValueId, std::string> hashes;
  for (const ValueId id : deployed.values())
    if (deployed.value(id).kind != ValueKind::result) hashes[id] = hash_of(deployed, deployed.value(id));
  for (const NodeId id : deployed.topological()) {
    const Node &node = deployed.node(id);
    std::string all = node.domain + "\n" + node.op + "\n";
    for (const auto &[name, value] : node.attributes) all += name + " " + text_of(value) + "\n";
    for (const ValueId input : node.inputs) all += (input == 0 ? "none" : hashes.at(input)) + "\n";
    for (std::size_t i = 0; i < node.outputs.size(); ++i) hashes[node.outputs[i]] = sha256_hex(all + std::to_string(i));
  }
  std::string outputs;
  for (const ValueId id : deployed.outputs()) outputs += hashes.at(id) + "\n";
  return sha256_hex(outputs);
}

}  // namespace nac::fw

// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "graph/onnx_layout.hpp"
#include "graph/onnx_qonnx.hpp"
#include "graph/onnx_write.hpp"

namespace nac::fw {
namespace {

bool is_quant(const onnx::NodeProto &n) { return n.op_type() == "Quant" && n.domain() == NAC_DOMAIN_QONNX; }

/// Older files have Quant in the domains it came from, newer ones call it IntQuant.
void rename_quant(onnx::NodeProto &n) {
  const bool known_domain =
      n.domain() == NAC_DOMAIN_QONNX || n.domain() == "finn.custom_op.general" || n.domain() == "onnx.brevitas";
  if (!known_domain || (n.op_type() != "Quant" && n.op_type() != "IntQuant")) return;
  n.set_domain(NAC_DOMAIN_QONNX);
  n.set_op_type("Quant");
}

void read_quant(onnx::NodeProto &n, bool ours) {
  if (const onnx::AttributeProto *mode = attribute_of(n, "rounding_mode")) {
    std::string name = mode->s();
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    if (name == "HALF_EVEN") name = "ROUND";
    set_attribute(n, "rounding_mode", name);
  }
  const onnx::AttributeProto *sign = attribute_of(n, "signed"), *narrow = attribute_of(n, "narrow");
  // QONNX's largest number is then 2^W - 2, which no ap_ufixed has; our own files never mean that.
  if (!ours && sign != nullptr && sign->i() == 0 && narrow != nullptr && narrow->i() != 0)
    throw Error(fmt::format("Quant '{}' is unsigned and narrow, which is not supported: write it with narrow = 0",
                            n.output_size() > 0 ? n.output(0) : n.name()),
                NAC_UNSUPPORTED);
}

/// Quant FLOOR of x plus half a step becomes AP_RND of x, where to_qonnx noted the half step.
void fold_half_steps(onnx::GraphProto &graph) {
  std::set<std::string> halves;
  for (const onnx::TensorProto &t : graph.initializer())
    if (t.doc_string() == kHalfStepNote) halves.insert(t.name());
  if (halves.empty()) return;
  std::map<std::string, int> readers, sums;  // Adds of a half step, by result
  for (const onnx::NodeProto &n : graph.node())
    for (const std::string &in : n.input()) ++readers[in];
  for (const onnx::ValueInfoProto &output : graph.output()) ++readers[output.name()];
  for (int i = 0; i < graph.node_size(); ++i) {
    const onnx::NodeProto &n = graph.node(i);
    if (n.op_type() == "Add" && n.domain().empty() && n.input_size() == 2 && n.output_size() == 1 &&
        halves.count(n.input(1)) != 0 && readers[n.output(0)] == 1)
      sums[n.output(0)] = i;
  }
  std::set<int> folded;
  for (onnx::NodeProto &n : *graph.mutable_node()) {
    const onnx::AttributeProto *mode = attribute_of(n, "rounding_mode");
    if (!is_quant(n) || n.input_size() < 1 || mode == nullptr || mode->s() != "FLOOR") continue;
    const auto sum = sums.find(n.input(0));
    if (sum == sums.end()) continue;
    n.set_input(0, graph.node(sum->second).input(0));
    set_attribute(n, "rounding_mode", std::string("AP_RND"));
    folded.insert(sum->second);
  }
  for (auto at = folded.rbegin(); at != folded.rend(); ++at) graph.mutable_node()->DeleteSubrange(*at, 1);
}

}  // namespace

void read_qonnx(onnx::ModelProto &model) {
  onnx::GraphProto &graph = *model.mutable_graph();
  bool channels_last = false;
  for (onnx::NodeProto &n : *graph.mutable_node()) {
    rename_quant(n);
    if (is_quant(n)) read_quant(n, model.producer_name() == kProducer);
    channels_last = channels_last || n.domain() == kChannelsLast;
  }
  if (channels_last) change_layout(graph, Layout::channels_first);
  fold_half_steps(graph);
}

}  // namespace nac::fw

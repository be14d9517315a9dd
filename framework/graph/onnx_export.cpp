// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <numbers>
#include <set>

#include "base/error.hpp"
#include "graph/onnx.hpp"
#include "graph/onnx_write.hpp"

namespace nac::fw {
namespace {

class Writer {
 public:
  explicit Writer(const Graph &graph) : graph_(graph), live_(graph.live_nodes()) {}

  void write(onnx::ModelProto &model) {
    out_ = model.mutable_graph();
    out_->set_name("nac");
    std::set<ValueId> used;
    for (const NodeId id : graph_.topological())
      if (live_[id])
        for (const ValueId in : graph_.node(id).inputs) used.insert(in);
    for (const ValueId id : graph_.inputs())
      if (used.count(id) != 0) describe(graph_.value(id).name, graph_.value(id), out_->add_input());
    for (const ValueId id : used)
      if (id != 0) add_initializer(graph_.value(id));
    for (const NodeId id : graph_.topological())
      if (live_[id]) add(graph_.node(id));
    for (const ValueId id : graph_.outputs()) describe(graph_.value(id).name, graph_.value(id), out_->add_output());
    import_domain(model, "", NAC_OPSET);
    for (const std::string &domain : domains_) import_domain(model, domain, 1);
  }

 private:
  static void describe(const std::string &name, const Value &v, onnx::ValueInfoProto *info) {
    fw::describe(name, v.dtype, v.shape, info);
  }

  void add_initializer(const Value &v) {
    if (v.kind != ValueKind::constant && v.kind != ValueKind::parameter) return;
    if (!v.data.has_value())
      throw Error(fmt::format("'{}' has no values yet: initialize or train the graph before writing ONNX", v.name),
                  NAC_FAILED_PRECONDITION);
    onnx::TensorProto *proto = out_->add_initializer();
    *proto = to_proto(*v.data, v.name);
    proto->set_doc_string(note_of(v));
  }

  /// A name that no value of the graph has.
  std::string spare_name(const std::string &wanted) {
    std::string name = wanted;
    for (int i = 2; graph_.find(name) != 0 || spare_.count(name) != 0; ++i) name = fmt::format("{}_{}", wanted, i);
    spare_.insert(name);
    return name;
  }

  std::string add_constant(const std::string &wanted, const Tensor &value) {
    const std::string name = spare_name(wanted);
    onnx::TensorProto *proto = out_->add_initializer();
    *proto = to_proto(value, name);
    proto->set_doc_string(kConstantNote);
    return name;
  }

  onnx::NodeProto *start(const std::string &op, const std::vector<std::string> &inputs, const std::string &output) {
    onnx::NodeProto *node = out_->add_node();
    node->set_name(output);
    node->set_op_type(op);
    for (const std::string &in : inputs) node->add_input(in);
    node->add_output(output);
    return node;
  }

  /// Extensions of Quant appear only where they say something: other tools know QONNX's attributes alone.
  static bool says_nothing(const Node &n, const std::string &name, const Attribute &value) {
    if (n.domain != NAC_DOMAIN_QONNX) return false;
    return (name == "overflow_mode" && value == Attribute(std::string("SAT"))) ||
           (name == "fit" && value == Attribute(int64_t{0}));
  }

  void add(const Node &n) {
    const Value &result = graph_.value(n.outputs[0]);
    if (n.domain.empty() && n.op == "Gelu") {
      add_gelu(graph_.value(n.inputs[0]), result);
    } else {
      std::vector<std::string> inputs;
      for (const ValueId in : n.inputs) inputs.push_back(in == 0 ? "" : graph_.value(in).name);
      const bool sum = n.domain.empty() && n.op == "ReduceSum";
      if (sum) {
        const Shape &axes = n.integers("axes");
        inputs.push_back(
            add_constant(result.name + ".axes", Tensor::of<int64_t>({static_cast<int64_t>(axes.size())}, axes)));
      }
      onnx::NodeProto *node = start(n.op, inputs, result.name);
      node->set_domain(n.domain);
      if (!n.domain.empty()) domains_.insert(n.domain);
      for (const auto &[name, value] : n.attributes)
        if (!(sum && name == "axes") && !says_nothing(n, name, value)) set_attribute(*node, name, value);
    }
    if (std::find(graph_.outputs().begin(), graph_.outputs().end(), n.outputs[0]) == graph_.outputs().end())
      describe(result.name, result, out_->add_value_info());
  }

  /// x/2 * (1 + erf(x / sqrt 2)), in the order of operations that PyTorch's exporter uses too.
  void add_gelu(const Value &x, const Value &result) {
    const auto scalar = [&](const char *name, double value) {
      return add_constant(result.name + name, x.dtype == DType::f64
                                                  ? Tensor::of<double>({}, {value})
                                                  : Tensor::of<float>({}, {static_cast<float>(value)}));
    };
    const std::string root = scalar(".sqrt2", std::numbers::sqrt2), one = scalar(".one", 1),
                      half = scalar(".half", 0.5);
    const auto step = [&](const char *op, const std::vector<std::string> &inputs, const char *name) {
      const std::string out = spare_name(result.name + name);
      start(op, inputs, out);
      describe(out, result, out_->add_value_info());
      return out;
    };
    const std::string scaled = step("Div", {x.name, root}, ".scaled");
    const std::string erf = step("Erf", {scaled}, ".erf");
    const std::string shifted = step("Add", {erf, one}, ".shifted");
    const std::string product = step("Mul", {x.name, shifted}, ".product");
    start("Mul", {product, half}, result.name);
  }

  const Graph &graph_;
  std::vector<bool> live_;
  onnx::GraphProto *out_ = nullptr;
  std::set<std::string> spare_;
  std::set<std::string> domains_;
};

}  // namespace

onnx::ModelProto to_model(const Graph &graph, const std::string &description,
                          const std::map<std::string, std::string> &metadata) {
  graph.check();
  onnx::ModelProto model;
  model.set_ir_version(8);
  model.set_producer_name(kProducer);
  if (!description.empty()) model.set_doc_string(description);
  Writer(graph).write(model);
  for (const auto &[key, value] : metadata) {
    onnx::StringStringEntryProto *entry = model.add_metadata_props();
    entry->set_key(key);
    entry->set_value(value);
  }
  return model;
}

std::string to_onnx(const Graph &graph, const std::string &description,
                    const std::map<std::string, std::string> &metadata) {
  return serialized(to_model(graph, description, metadata));
}

}  // namespace nac::fw

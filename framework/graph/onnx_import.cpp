// SPDX-License-Identifier: Apache-2.0
//
// Files may be damaged or hostile: everything is looked up before it is used, and whatever is wrong becomes one Error.
#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <set>

#include "base/error.hpp"
#include "graph/onnx.hpp"
#include "graph/onnx_gelu.hpp"
#include "graph/onnx_proto.hpp"
#include "graph/onnx_qonnx.hpp"

namespace nac::fw {
namespace {

constexpr int64_t kOldestOpset = 9, kNewestOpset = 17;

[[noreturn]] void bad(const std::string &message) { throw Error(message, NAC_DATA_LOSS); }

class Reader {
 public:
  explicit Reader(const onnx::ModelProto &model) : model_(model), in_(model.graph()) {}

  Graph read() {
    check_opsets();
    if (in_.sparse_initializer_size() > 0) bad("sparse initializers are not supported");
    if (model_.functions_size() > 0) bad("model-local functions are not supported");
    for (const onnx::TensorProto &t : in_.initializer())
      if (!initializers_.emplace(t.name(), &t).second) bad(fmt::format("initializer '{}' is there twice", t.name()));
    for (const onnx::NodeProto &n : in_.node()) note_roles(n);
    for (const onnx::ValueInfoProto &input : in_.input())
      if (initializers_.count(input.name()) == 0) add_input(input);
    const GeluFolds folds = find_gelu(in_, [this](const std::string &name) { return scalar(name); });
    for (int i = 0; i < in_.node_size(); ++i) {
      if (folds.dropped.count(i) != 0) continue;
      const auto gelu = folds.replaced.find(i);
      const onnx::NodeProto &n = in_.node(i);
      try {
        if (gelu != folds.replaced.end()) {
          finish(n, graph_.add_node("", "Gelu", {find(gelu->second)}));
        } else {
          add(n);
        }
      } catch (const Error &e) {
        bad(fmt::format("node {} ({} '{}'): {}", i, n.op_type(), n.name(), e.what()));
      }
    }
    for (const onnx::ValueInfoProto &output : in_.output()) graph_.add_output("", find(output.name()));
    graph_.check();
    return std::move(graph_);
  }

 private:
  void check_opsets() {
    bool found = false;
    for (const onnx::OperatorSetIdProto &set : model_.opset_import()) {
      if (!set.domain().empty() && set.domain() != "ai.onnx") continue;
      found = true;
      opset_ = set.version();
      if (opset_ < kOldestOpset || opset_ > kNewestOpset)
        bad(fmt::format("the model uses opset {}, {} to {} are supported", opset_, kOldestOpset, kNewestOpset));
    }
    if (!found) bad("the model names no opset of the default domain");
  }

  /// Running statistics and what defines a quantizer are constants, whatever their type; constant nodes are values.
  void note_roles(const onnx::NodeProto &n) {
    if (n.op_type() == "BatchNormalization" && n.domain().empty())
      for (int i = 3; i < n.input_size(); ++i) fixed_.insert(n.input(i));
    if (n.op_type() == "Quant" && n.domain() == NAC_DOMAIN_QONNX)
      for (int i = 1; i < n.input_size(); ++i) fixed_.insert(n.input(i));
    if (n.op_type() == "Constant" && n.domain().empty() && n.output_size() == 1) constants_[n.output(0)] = &n;
  }

  static Tensor constant_of(const onnx::NodeProto &n) {
    for (const onnx::AttributeProto &a : n.attribute()) {
      if (a.name() == "value" && a.has_t()) return from_proto(a.t());
      if (a.name() == "value_float") return Tensor::of<float>({}, {a.f()});
      if (a.name() == "value_int") return Tensor::of<int64_t>({}, {a.i()});
      if (a.name() == "value_floats")
        return Tensor::of<float>({a.floats_size()}, {a.floats().begin(), a.floats().end()});
      if (a.name() == "value_ints") return Tensor::of<int64_t>({a.ints_size()}, {a.ints().begin(), a.ints().end()});
    }
    bad("a Constant without a value that is supported");
  }

  std::optional<double> scalar(const std::string &name) const {
    try {
      Tensor t;
      if (const auto init = initializers_.find(name); init != initializers_.end()) {
        for (const int64_t d : init->second->dims())
          if (d != 1) return {};
        t = from_proto(*init->second);
      } else if (const auto node = constants_.find(name); node != constants_.end()) {
        t = constant_of(*node->second);
      } else {
        return {};
      }
      if (t.elements() != 1) return {};
      if (t.dtype() == DType::f32) return *t.data<float>();
      if (t.dtype() == DType::f64) return *t.data<double>();
    } catch (const Error &) {  // not a Gelu then; whoever uses the value reports it
    }
    return {};
  }

  void add_input(const onnx::ValueInfoProto &input) {
    if (!input.type().has_tensor_type() || !input.type().tensor_type().has_shape())
      bad(fmt::format("input '{}' has no shape", input.name()));
    const onnx::TypeProto::Tensor &type = input.type().tensor_type();
    Shape shape;
    for (int i = 0; i < type.shape().dim_size(); ++i) {
      const auto &dim = type.shape().dim(i);
      if (i > 0 && !dim.has_dim_value()) bad(fmt::format("dimension {} of input '{}' is not fixed", i, input.name()));
      shape.push_back(i == 0 ? -1 : dim.dim_value());
    }
    if (input.name().empty()) bad("an input has no name");
    graph_.add_input(input.name(), from_proto_type(type.elem_type()), shape);
  }

  ValueId find(const std::string &name) {
    if (name.empty()) return 0;
    if (const ValueId known = graph_.find(name); known != 0) return known;
    if (const auto node = constants_.find(name); node != constants_.end())
      return graph_.add_constant(name, constant_of(*node->second));
    const auto found = initializers_.find(name);
    if (found == initializers_.end()) bad(fmt::format("there is no value '{}' before it is used", name));
    const onnx::TensorProto &proto = *found->second;
    Tensor data = from_proto(proto);
    bool parameter = data.dtype() == DType::f32 && fixed_.count(name) == 0;
    Init init;
    read_note(proto.doc_string(), &parameter, &init);
    if (!parameter) return graph_.add_constant(name, std::move(data));
    if (data.dtype() != DType::f32) bad(fmt::format("'{}' is noted as a parameter but is not float32", name));
    const ValueId made = graph_.add_parameter(name, data.shape(), init);
    graph_.set_data(made, std::move(data));
    return made;
  }

  static Attribute attribute_of(const onnx::AttributeProto &a) {
    if (!a.ref_attr_name().empty()) bad(fmt::format("attribute '{}' refers to a function's attribute", a.name()));
    switch (a.type()) {
      case onnx::AttributeProto::INT: return static_cast<int64_t>(a.i());
      case onnx::AttributeProto::FLOAT: return a.f();
      case onnx::AttributeProto::STRING: return a.s();
      case onnx::AttributeProto::INTS: return std::vector<int64_t>(a.ints().begin(), a.ints().end());
      case onnx::AttributeProto::FLOATS: return std::vector<float>(a.floats().begin(), a.floats().end());
      default:
        bad(fmt::format("attribute '{}' has the type {}, which no operator here takes", a.name(),
                        static_cast<int>(a.type())));
    }
  }

  /// Attributes that opsets 9 to 17 add around opset 13, where their value asks for nothing else.
  static void drop_neutral(const std::string &op, std::map<std::string, Attribute> &attributes) {
    const auto drop = [&](const char *name, int64_t neutral) {
      const auto found = attributes.find(name);
      if (found == attributes.end()) return;
      if (found->second != Attribute(neutral)) bad(fmt::format("{} must be {}", name, neutral));
      attributes.erase(found);
    };
    if (op == "BatchNormalization") {
      drop("training_mode", 0);
      drop("spatial", 1);
    }
    if (op == "Reshape") drop("allowzero", 0);
  }

  /// Before opset 13 softmax flattened everything from `axis` (default 1) on: the same only for the last axis.
  void modernize_softmax(const onnx::NodeProto &n, std::map<std::string, Attribute> &attributes) {
    if (opset_ >= 13 || (n.op_type() != "Softmax" && n.op_type() != "LogSoftmax")) return;
    attributes.emplace("axis", int64_t{1});
    const auto *axis = std::get_if<int64_t>(&attributes.at("axis"));
    const ValueId x = n.input_size() > 0 ? find(n.input(0)) : 0;
    const auto rank = x == 0 ? int64_t{0} : static_cast<int64_t>(graph_.value(x).shape.size());
    if (axis == nullptr || (*axis != rank - 1 && *axis != -1))
      bad(fmt::format("its axis is not the last one, which opset {} defines differently from opset 13", opset_));
  }

  void add(const onnx::NodeProto &n) {
    const std::string domain = n.domain() == "ai.onnx" ? "" : n.domain();
    if (domain.empty() && n.op_type() == "Constant") return;  // made when used
    std::map<std::string, Attribute> attributes;
    for (const onnx::AttributeProto &a : n.attribute())
      if (!attributes.emplace(a.name(), attribute_of(a)).second)
        bad(fmt::format("attribute '{}' is given twice", a.name()));
    if (domain.empty()) {
      drop_neutral(n.op_type(), attributes);
      modernize_softmax(n, attributes);
    }
    std::vector<ValueId> inputs;
    for (const std::string &name : n.input()) inputs.push_back(find(name));
    finish(n, graph_.add_node(domain, n.op_type(), inputs, std::move(attributes)));
  }

  void finish(const onnx::NodeProto &n, NodeId made) {
    if (n.output_size() < 1 || n.output(0).empty()) bad("it has no output");
    for (int i = 1; i < n.output_size(); ++i)
      if (!n.output(i).empty()) bad(fmt::format("only its first output is supported, it also has '{}'", n.output(i)));
    if (initializers_.count(n.output(0)) != 0 || constants_.count(n.output(0)) != 0)
      bad(fmt::format("its output '{}' is a constant as well", n.output(0)));
    graph_.set_name(graph_.node(made).outputs[0], n.output(0));
  }

  const onnx::ModelProto &model_;
  const onnx::GraphProto &in_;
  Graph graph_;
  int64_t opset_ = 0;
  std::map<std::string, const onnx::TensorProto *> initializers_;
  std::map<std::string, const onnx::NodeProto *> constants_;
  std::set<std::string> fixed_;
};

}  // namespace

OnnxModel from_onnx(const std::string &bytes, const std::string &source) {
  try {
    onnx::ModelProto model;
    if (bytes.size() > static_cast<std::size_t>(std::numeric_limits<int32_t>::max()) ||
        !model.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
      bad("this is not an ONNX model, or it is damaged");
    if (!model.has_graph()) bad("this is not an ONNX model: it has no graph");
    read_qonnx(model);
    OnnxModel read{Reader(model).read(), {}};
    for (const onnx::StringStringEntryProto &entry : model.metadata_props()) read.metadata[entry.key()] = entry.value();
    return read;
  } catch (const Error &e) {
    throw Error(source + ": " + e.what(), NAC_DATA_LOSS);
  } catch (const std::bad_alloc &) {
    throw Error(source + ": out of memory", NAC_RESOURCE_EXHAUSTED);
  } catch (const std::exception &e) {
    throw Error(source + ": " + e.what(), NAC_DATA_LOSS);
  }
}

}  // namespace nac::fw

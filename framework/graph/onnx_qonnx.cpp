// SPDX-License-Identifier: Apache-2.0
#include "graph/onnx_qonnx.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/error.hpp"
#include "graph/onnx.hpp"
#include "graph/onnx_layout.hpp"
#include "graph/onnx_write.hpp"
#include "graph/permutation.hpp"
#include "graph/trace.hpp"

namespace nac::fw {
namespace {

[[noreturn]] void refuse(const Graph &graph, const Node &node, const std::string &what) {
  throw Error(fmt::format("{} '{}' {}", node.op, graph.value(node.outputs[0]).name, what), NAC_UNSUPPORTED);
}

/// Whether the values of a weight are on the grid already: then no rounding mode and no overflow mode changes them.
bool on_grid(const Tensor &x, const Tensor &scale, double width, bool is_signed, bool narrow) {
  const double highest = std::ldexp(1.0, static_cast<int>(width) - (is_signed ? 1 : 0)) - 1;
  const double lowest = !is_signed ? 0 : narrow ? -highest : -highest - 1;
  const Shape &dims = x.shape(), scales = padded(scale.shape(), dims.size());
  for (int64_t i = 0; i < x.elements(); ++i) {
    int64_t rest = i, place = 0, stride = 1;
    for (std::size_t d = dims.size(); d-- > 0;) {
      if (scales[d] != 1) place += rest % dims[d] * stride;
      stride *= scales[d];
      rest /= dims[d];
    }
    const double n = static_cast<double>(x.data<float>()[i]) / static_cast<double>(scale.data<float>()[place]);
    if (n != std::floor(n) || n < lowest || n > highest) return false;
  }
  return true;
}

/// Rewrites the quantizers of a model that to_model made of `graph`.
class Quantizers {
 public:
  Quantizers(const Graph &graph, onnx::GraphProto &out) : graph_(graph), trace_(graph), out_(out) {
    for (const ValueId id : graph.values()) taken_.insert(graph.value(id).name);
    for (const onnx::NodeProto &n : out.node()) taken_.insert(n.output(0));  // the expansion of Gelu
    for (const onnx::TensorProto &t : out.initializer()) taken_.insert(t.name());
    for (const NodeId id : trace_.nodes())
      for (const ValueId in : graph.node(id).inputs) ++readers_[in];
  }

  void rewrite() {
    std::vector<onnx::NodeProto> old(out_.node().begin(), out_.node().end());
    out_.clear_node();
    for (onnx::NodeProto &n : old) {
      if (n.domain() == NAC_DOMAIN_NAC)
        refuse(graph_, node_of(n),
               "of domain org.nac is unknown to QONNX: deploy the model first, which sets its scales");
      if (n.domain() == NAC_DOMAIN_QONNX) rewrite(node_of(n), n);
      *out_.add_node() = n;
    }
    drop_unused_initializers();
  }

 private:
  const Node &node_of(const onnx::NodeProto &n) const {
    return graph_.node(graph_.value(graph_.find(n.output(0))).producer);
  }

  const Tensor &values_of(const Node &node, std::size_t input, const char *role) const {
    const Value &v = graph_.value(node.inputs[input]);
    if (!v.data.has_value() || v.dtype != DType::f32)
      refuse(graph_, node,
             fmt::format("has the {} '{}', which is no float32 constant: deploy the model first", role, v.name));
    return *v.data;
  }

  std::string spare(const std::string &name) {
    std::string made = name;
    for (int i = 2; !taken_.insert(made).second; ++i) made = fmt::format("{}_{}", name, i);
    return made;
  }

  std::string add_initializer(const std::string &name, const Tensor &value, const char *note) {
    const std::string made = spare(name);
    onnx::TensorProto *t = out_.add_initializer();
    *t = to_proto(value, made);
    t->set_doc_string(note);
    return made;
  }

  /// Every Quant gets its own, of at least one dimension: front ends of other tools take them out of the graph one
  /// Quant after the other, and leave scalars out when they list shapes.
  void set_operand(const Node &node, onnx::NodeProto &n, int input, const char *role, const char *suffix, bool single) {
    Tensor value = values_of(node, static_cast<std::size_t>(input), role);
    const float *data = value.data<float>();
    if (single && !std::equal(data + 1, data + value.elements(), data))
      refuse(graph_, node, fmt::format("has a {} per channel, QONNX has one for all", role));
    if (single || value.elements() == 1) value = Tensor::of<float>({1}, {data[0]});
    const Value &old = graph_.value(node.inputs[static_cast<std::size_t>(input)]);
    if (readers_[node.inputs[static_cast<std::size_t>(input)]] == 1 && value.shape() == old.shape) return;
    n.set_input(input, add_initializer(n.output(0) + suffix, value, kConstantNote));
  }

  void rewrite(const Node &node, onnx::NodeProto &n) {
    const Tensor &scale = values_of(node, 1, "scale"), &width = values_of(node, 3, "bit width");
    const bool is_signed = node.integer("signed") != 0;
    const bool narrow = is_signed && node.integer("narrow") != 0;  // QONNX's narrow would cost unsigned ones a step
    std::string mode = node.text("rounding_mode");
    if (mode == "ROUND_TO_ZERO") mode = "DOWN";
    const bool wraps = node.text("overflow_mode") == "WRAP";
    if (wraps || mode == "AP_RND") {
      const Value &x = graph_.value(node.inputs[0]);
      const bool weight = !trace_.is_activation(node.inputs[0]);
      const bool exact = weight && x.data.has_value() && x.dtype == DType::f32 &&
                         on_grid(*x.data, scale, static_cast<double>(*width.data<float>()), is_signed, narrow);
      if (weight && !exact)
        refuse(graph_, node, "rounds a weight in a way that QONNX has no name for: deploy the model first");
      if (wraps && !exact)
        refuse(graph_, node,
               "wraps around on overflow (overflow_mode WRAP), which QONNX cannot say: quantize with SAT to export it");
      if (exact) mode = "ROUND";
    }
    set_operand(node, n, 1, "scale", ".scale", false);
    set_operand(node, n, 2, "zero point", ".zeropt", true);
    set_operand(node, n, 3, "bit width", ".bitwidth", true);
    if (mode == "AP_RND") mode = add_half_step(node, n, scale);
    n.clear_attribute();
    set_attribute(n, "signed", int64_t{is_signed});
    set_attribute(n, "narrow", int64_t{narrow});
    set_attribute(n, "rounding_mode", mode);
  }

  /// Half to plus infinity is floor(n + 1/2), which QONNX can say. The sum is exact as long as the accumulator with
  /// half a step on top is exact as a float, which is true for every activation behind a quantizer; a network's own
  /// input, off the grid, may come out one step higher when it is a rounding error of float32 below a tie.
  std::string add_half_step(const Node &node, onnx::NodeProto &n, const Tensor &scale) {
    Tensor half = scale.elements() == 1 ? Tensor::of<float>({1}, {*scale.data<float>()}) : scale;
    for (int64_t i = 0; i < half.elements(); ++i) half.mutable_data<float>()[i] /= 2;
    const Value &x = graph_.value(node.inputs[0]);
    const std::string sum = spare(n.output(0) + ".shifted");
    onnx::NodeProto *add = out_.add_node();
    add->set_op_type("Add");
    add->set_name(sum);
    add->add_input(n.input(0));
    add->add_input(add_initializer(n.output(0) + ".half", half, kHalfStepNote));
    add->add_output(sum);
    describe(sum, x.dtype, x.shape, out_.add_value_info());
    n.set_input(0, sum);
    return "FLOOR";
  }

  void drop_unused_initializers() {
    std::set<std::string> used;
    for (const onnx::NodeProto &n : out_.node()) used.insert(n.input().begin(), n.input().end());
    for (int i = out_.initializer_size() - 1; i >= 0; --i)
      if (used.count(out_.initializer(i).name()) == 0) out_.mutable_initializer()->DeleteSubrange(i, 1);
  }

  const Graph &graph_;
  const Trace trace_;
  onnx::GraphProto &out_;
  std::set<std::string> taken_;
  std::map<ValueId, int> readers_;
};

/// Attributes that say what every reader assumes, and that QONNX's channels-last operators do not expect.
void drop_defaults(onnx::GraphProto &graph) {
  for (onnx::NodeProto &n : *graph.mutable_node()) {
    if (const auto *pad = attribute_of(n, "auto_pad"); pad != nullptr && pad->s() == "NOTSET")
      remove_attribute(n, "auto_pad");
    for (const char *name : {"storage_order", "ceil_mode", "count_include_pad"})
      if (const auto *a = attribute_of(n, name); a != nullptr && a->i() == 0) remove_attribute(n, name);
    if (const auto *a = attribute_of(n, "dilations"); a != nullptr && n.op_type() == "MaxPool")
      if (std::all_of(a->ints().begin(), a->ints().end(), [](int64_t d) { return d == 1; }))
        remove_attribute(n, "dilations");
  }
}

/// QONNX's tools run one sample at a time and take an open batch for a dimension of 0.
void fix_batch(onnx::GraphProto &graph) {
  for (auto *list : {graph.mutable_input(), graph.mutable_output(), graph.mutable_value_info()})
    for (onnx::ValueInfoProto &info : *list)
      for (auto &dim : *info.mutable_type()->mutable_tensor_type()->mutable_shape()->mutable_dim())
        if (dim.has_dim_param()) dim.set_dim_value(1);
}

void describe_initializers(onnx::GraphProto &graph) {
  for (const onnx::TensorProto &t : graph.initializer())
    describe(t.name(), from_proto_type(t.data_type()), Shape(t.dims().begin(), t.dims().end()), graph.add_value_info());
}

}  // namespace

std::string to_qonnx(const Graph &deployed, const QonnxOptions &options, const std::string &description,
                     const std::map<std::string, std::string> &metadata) {
  onnx::ModelProto model = to_model(deployed, description, metadata);
  onnx::GraphProto &graph = *model.mutable_graph();
  Quantizers(deployed, graph).rewrite();
  drop_defaults(graph);
  fix_batch(graph);
  if (options.channels_last) {
    change_layout(graph, Layout::channels_last);
    import_domain(model, kChannelsLast, 1);
  }
  describe_initializers(graph);
  return serialized(model);
}

}  // namespace nac::fw

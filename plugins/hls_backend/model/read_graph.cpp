// SPDX-License-Identifier: Apache-2.0
#include "hls_backend/model/read_graph.hpp"

#include <algorithm>
#include <cmath>

#include "hls_backend/model/graph_reader.hpp"

namespace nac::hls {
namespace {

const char *const kMoves[] = {"Identity", "Flatten", "Reshape"};
const char *const kFunctions[] = {"Sigmoid", "Tanh", "Gelu", "Softmax"};
const char *const kKnown[] = {"Conv",        "Gemm",
                              "MatMul",      "Add",
                              "Sub",         "Relu",
                              "LeakyRelu",   "Concat",
                              "Transpose",   "MaxPool",
                              "AveragePool", "ReduceSum",
                              "ReduceMean",  "ReduceMax",
                              "Identity",    "Flatten",
                              "Reshape",     "Sigmoid",
                              "Tanh",        "Gelu",
                              "Softmax",     "BatchNormalization"};

template <std::size_t N>
bool one_of(const std::string &op, const char *const (&names)[N]) {
  return std::find(std::begin(names), std::end(names), op) != std::end(names);
}

}  // namespace

std::string obstacle(const graph_view &graph, nac_node node) {
  if (graph.is_quant(node)) return "";
  const std::string op = graph.op(node);
  if (!graph.is(node, op.c_str())) return "its operator is not one that hardware is generated for";
  if (!one_of(op, kKnown)) {
    std::string known;
    for (const char *name : kKnown) known += (known.empty() ? "" : ", ") + std::string(name);
    return "no hardware is generated for this operator; there is for Quant, " + known;
  }
  if (op == "Conv" && graph.integer(node, "group", 1) != 1) return "grouped convolutions have no kernel; use group = 1";
  if (op == "Conv" || op == "MaxPool" || op == "AveragePool") {
    if (graph.shape(graph.input_of(node, 0)).size() > 4) return "windows have one or two dimensions in hardware";
    for (const int64_t d : graph.integers(node, "dilations"))
      if (d != 1) return "dilated windows have no kernel; use dilations = 1";
  }
  if (op == "AveragePool" && graph.integer(node, "count_include_pad", 0) == 0)
    for (const int64_t pad : graph.integers(node, "pads"))
      if (pad != 0) return "padding makes the divisor differ between windows; use count_include_pad = 1";
  if (op == "Gemm" && (graph.number(node, "alpha", 1) != 1 || graph.number(node, "beta", 1) != 1 ||
                       graph.integer(node, "transA", 0) != 0))
    return "only alpha = beta = 1 and transA = 0 have a kernel";
  return "";
}

std::optional<std::string> why_not(const graph_view &graph, nac_node node) {
  const std::string why = obstacle(graph, node);
  return why.empty() ? std::nullopt : std::optional<std::string>(why);
}

graph_reader::graph_reader(const graph_view &graph, const options &how, bool assume)
    : graph_(graph), assume_(assume), assumed_bits_(how.assumed_bits), builder_(how) {
  for (const nac_value v : graph.inputs()) activations_.insert(v);
  for (const nac_node n : graph.nodes()) {
    const std::vector<nac_value> in = graph.inputs_of(n);
    for (const nac_value v : std::set<nac_value>(in.begin(), in.end())) users_[v].push_back(n);
    if (std::any_of(in.begin(), in.end(), [&](nac_value v) { return is_activation(v); }))
      activations_.insert(graph.result_of(n));
  }
}

void graph_reader::refuse(nac_node node, const std::string &what) const {
  throw failure(NAC_UNSUPPORTED, graph_.label(node) + ": " + what);
}

std::vector<int64_t> graph_reader::shape_of(nac_value value) const {
  std::vector<int64_t> shape = graph_.shape(value);
  if (!shape.empty()) shape.erase(shape.begin());
  return shape;
}

int graph_reader::operand(nac_value value, nac_node reader) {
  const auto found = tensors_.find(value);
  if (found == tensors_.end()) {
    const nac_node from = graph_.producer(value);
    if (from == 0 && is_activation(value))
      refuse(reader, "it reads the input '" + graph_.name(value) +
                         "' without a Quant: quantize the network first (nac compress)");
    if (functions_.count(value) != 0)
      refuse(functions_.at(value),
             "its result must be read by a Quant alone: quantize the network first (nac compress)");
    refuse(reader, "it reads '" + graph_.name(value) + "', which does not depend on an input of the network");
  }
  int t = found->second;
  if (!assume_ || builder_.at(t).type.width <= assumed_bits_) return t;
  // The bits at the top of what would be exact: their number is what counts here.
  fixed_type narrow = builder_.at(t).type;
  narrow.width = assumed_bits_;
  narrow.q = rounding::rnd_conv;
  narrow.o = overflow::sat;
  t = builder_.quantize(builder_.at(t).name, t, narrow);
  tensors_[value] = t;
  return t;
}

void graph_reader::keep(nac_node node, int tensor) {
  const nac_value result = graph_.result_of(node);
  tensors_[result] = tensor;
  builder_.describe(tensor, graph_.name(result), shape_of(result));
}

void graph_reader::node(nac_node n) {
  const std::string op = graph_.op(n), why = obstacle(graph_, n);
  if (!why.empty()) refuse(n, why);
  if (graph_.is_quant(n)) return quant(n);
  if (one_of(op, kMoves)) {
    tensors_[graph_.result_of(n)] = operand(graph_.input_of(n, 0), n);
    return;
  }
  if (one_of(op, kFunctions)) return function(n);
  if (op == "Relu") return keep(n, builder_.relu(name_of_result(n), operand(graph_.input_of(n, 0), n)));
  if (op == "LeakyRelu") {
    const auto slope = static_cast<double>(graph_.number(n, "alpha", 0.01F));
    int exponent = 0;
    const bool legal = slope > 0 && slope <= 1 && std::frexp(slope, &exponent) == 0.5 && exponent >= -30;
    if (!legal && !assume_)
      refuse(n, "its slope is " + std::to_string(slope) + "; hardware takes 1, 1/2, 1/4 ... down to 2^-31");
    const int bits = legal ? 1 - exponent : 7;
    return keep(n, builder_.leaky_relu(name_of_result(n), operand(graph_.input_of(n, 0), n), bits));
  }
  if (op == "Conv" || op == "Gemm" || (op == "MatMul" && !is_activation(graph_.input_of(n, 1)))) return layer(n);
  if (op == "MatMul") return matmul(n);
  if (op == "Add" || op == "Sub") return combine(n);
  if (op == "Concat") return concat(n);
  if (op == "Transpose") return transpose(n);
  if (op == "MaxPool" || op == "AveragePool") return pool(n);
  if (op == "BatchNormalization") return normalization(n);
  return reduction(n);
}

model graph_reader::read() {
  for (const nac_value v : graph_.inputs()) {
    if (!assume_) continue;
    const std::vector<nac_node> &users = users_[v];
    if (users.size() == 1 && graph_.is_quant(users[0])) continue;
    // Inputs of tasks are scaled to about one: four bits in front of the point.
    const fixed_type type{assumed_bits_, std::min(4, assumed_bits_), true, rounding::rnd_conv, overflow::sat};
    tensors_[v] = builder_.input(graph_.name(v), shape_of(v), type);
  }
  for (const nac_node n : graph_.nodes()) {
    if (done_.count(n) != 0 || !is_activation(graph_.result_of(n))) continue;
    node(n);
  }
  for (const nac_value v : graph_.outputs()) {
    const auto found = tensors_.find(v);
    if (found == tensors_.end()) {
      if (functions_.count(v) != 0)
        refuse(functions_.at(v), "its result is an output of the network without a Quant; put one behind it");
      throw failure(NAC_UNSUPPORTED, "the output '" + graph_.name(v) + "' is not quantized");
    }
    builder_.output(found->second);
  }
  return builder_.finish();
}

model read_graph(const graph_view &graph, const options &how) { return graph_reader(graph, how, false).read(); }

model assume_quantized(const graph_view &graph, const options &how) { return graph_reader(graph, how, true).read(); }

bool is_quantized(const graph_view &graph) {
  const std::vector<nac_node> nodes = graph.nodes();
  return std::any_of(nodes.begin(), nodes.end(), [&](nac_node n) { return graph.is_quant(n); });
}

}  // namespace nac::hls

// SPDX-License-Identifier: Apache-2.0
#include "networks.hpp"

#include <stdexcept>

namespace nac::fw::testing {

ValueId Net::conv(const std::string &name, ValueId x, int64_t out, int64_t kernel) {
  return node("Conv",
              {x, parameter(name + ".weight", {out, shape(x)[1], kernel, kernel}), parameter(name + ".bias", {out})});
}

ValueId Net::linear(const std::string &name, ValueId x, int64_t out) {
  const int64_t in = shape(x).back();
  if (shape(x).size() == 2)
    return node("Gemm", {x, parameter(name + ".weight", {out, in}), parameter(name + ".bias", {out})},
                {{"transB", int64_t{1}}});
  const ValueId w = parameter(name + ".weight", {in, out});
  return node("Add", {node("MatMul", {x, w}), parameter(name + ".bias", {out})});
}

ValueId Net::batch_norm(const std::string &name, ValueId x) {
  const int64_t c = shape(x)[1];
  Tensor ones(DType::f32, {c});
  for (int64_t i = 0; i < c; ++i) ones.mutable_data<float>()[i] = 1;
  return node("BatchNormalization", {x, graph.add_parameter(name + ".weight", {c}, {NAC_INIT_ONES, 0}),
                                     graph.add_parameter(name + ".bias", {c}, {NAC_INIT_ZEROS, 0}),
                                     graph.add_constant(name + ".running_mean", Tensor(DType::f32, {c})),
                                     graph.add_constant(name + ".running_var", ones)});
}

ValueId Net::batch_norm_set(const std::string &name, ValueId x) {
  const Shape perm{0, 2, 1};
  return node("Transpose", {batch_norm(name, node("Transpose", {x}, {{"perm", perm}}))}, {{"perm", perm}});
}

ValueId Net::reshape(ValueId x, const std::vector<int64_t> &dims) {
  std::vector<int64_t> full{0};
  full.insert(full.end(), dims.begin(), dims.end());
  return node("Reshape", {x, graph.add_constant("", Tensor::of<int64_t>({static_cast<int64_t>(full.size())}, full))});
}

ValueId Net::attention(const std::string &name, ValueId x, int64_t hidden) {
  const Shape s = shape(x);
  const int64_t positions = s[2] * s[3];
  const Shape swap{0, 2, 1};
  const auto flat = [&](const char *part) { return reshape(conv(name + part, x, hidden, 1), {hidden, positions}); };
  const ValueId q = node("Transpose", {flat(".q")}, {{"perm", swap}});
  const ValueId k = flat(".k");
  const ValueId v = node("Transpose", {flat(".v")}, {{"perm", swap}});
  const ValueId mixed = node("MatMul", {node("Softmax", {node("MatMul", {q, k})}), v});
  const ValueId map = reshape(node("Transpose", {mixed}, {{"perm", swap}}), {hidden, s[2], s[3]});
  return node("Add", {x, conv(name + ".proj", map, s[1], 1)});
}

Graph braggnn() {
  Net n;
  ValueId x = n.conv("conv", n.input({1, 11, 11}), 64, 3);
  x = n.node("LeakyRelu", {n.attention("attention", x, 32)});
  x = n.node("LeakyRelu", {n.conv("block.0", x, 32, 3)});
  x = n.node("LeakyRelu", {n.conv("block.1", x, 8, 3)});
  x = n.node("Flatten", {x});
  for (const int64_t width : {64, 32, 16}) x = n.node("LeakyRelu", {n.linear("fc" + std::to_string(width), x, width)});
  n.graph.add_output("peak", n.linear("out", x, 2));
  return n.graph;
}

Graph bragg(const std::string &name, int64_t k) {
  Net n;
  ValueId x = n.conv("conv", n.input({1, 11, 11}), 8, 3);
  const auto act = [&](const char *op, ValueId v) {
    return n.node(
        op, {v},
        op[0] == 'L' ? std::map<std::string, Attribute>{{"alpha", 0.0078125F}} : std::map<std::string, Attribute>{});
  };
  const auto norm = [&](const char *layer, ValueId v) { return n.batch_norm(std::string(layer) + "_bn", v); };
  const auto fc = [&](const char *layer, int64_t width) { x = n.linear(layer, x, width); };
  if (name == "Large") {
    x = norm("b0", n.conv("b0", x, 64, k));
    x = norm("b1", n.conv("b1", x, 32, k));
  } else if (name == "Medium") {
    x = act("Relu", norm("b0", n.conv("b0", x, 16, k)));
    x = act("LeakyRelu", norm("b1", n.conv("b1", x, 4, k)));
  } else if (name == "Small") {
    x = act("LeakyRelu", n.conv("b0", x, 2, k));
    x = act("LeakyRelu", norm("b1", n.conv("b1", x, 4, k)));
  } else if (name != "Tiny") {
    throw std::invalid_argument(name);
  }
  x = n.node("Flatten", {x});
  if (name == "Large") {
    fc("fc0", 32), x = act("LeakyRelu", x);
    fc("fc1", 64), x = act("Relu", x);
    fc("fc2", 64), x = act("LeakyRelu", norm("fc2", x));
  } else if (name == "Medium") {
    fc("fc0", 64), x = act("LeakyRelu", x);
    fc("fc1", 64), x = act("LeakyRelu", x);
    fc("fc2", 16), x = act("LeakyRelu", norm("fc2", x));
  } else if (name == "Small") {
    fc("fc0", 64), x = act("LeakyRelu", norm("fc0", x));
    fc("fc1", 32), x = act("Relu", norm("fc1", x));
    fc("fc2", 16), x = act("LeakyRelu", norm("fc2", x));
  } else {
    fc("fc0", 32), x = act("LeakyRelu", x);
    fc("fc1", 32), x = act("LeakyRelu", x);
    fc("fc2", 32), x = act("LeakyRelu", norm("fc2", x));
  }
  fc("fc3", 2);
  n.graph.add_output("peak", norm("fc3", x));
  return n.graph;
}

Graph jets(const std::vector<int64_t> &phi, const std::vector<int64_t> &rho, const std::vector<bool> &phi_norm,
           const std::vector<bool> &rho_norm) {
  Net n;
  ValueId x = n.input({8, 3});
  for (std::size_t i = 0; i < phi.size(); ++i) {
    const std::string name = "phi" + std::to_string(i);
    x = n.linear(name, x, phi[i]);
    if (i < phi_norm.size() && phi_norm[i]) x = n.batch_norm_set(name + "_bn", x);
    x = n.node("Relu", {x});
  }
  x = n.node("ReduceMean", {x}, {{"axes", Shape{1}}, {"keepdims", int64_t{0}}});
  for (std::size_t i = 0; i < rho.size(); ++i) {
    const std::string name = "rho" + std::to_string(i);
    x = n.linear(name, x, rho[i]);
    if (i < rho_norm.size() && rho_norm[i]) x = n.batch_norm(name + "_bn", x);
    if (i + 1 < rho.size()) x = n.node("Relu", {x});
  }
  n.graph.add_output("scores", x);
  return n.graph;
}

Graph jets(const std::string &name) {
  if (name == "Large") return jets({64, 16}, {128, 16, 64, 5}, {true, true}, {true, true, true, true});
  if (name == "Medium") return jets({32, 8}, {32, 16, 64, 5}, {}, {true, false, true, false});
  if (name == "Small") return jets({16, 8}, {8, 16, 16, 5}, {false, true}, {true, false, false, true});
  if (name == "Tiny") return jets({8, 8}, {32, 5}, {true, false}, {});
  throw std::invalid_argument(name);
}

}  // namespace nac::fw::testing

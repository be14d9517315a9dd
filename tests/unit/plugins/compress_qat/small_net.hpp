// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "kit.hpp"

namespace kit {

/// x [N, 2] -> a (Gemm, Relu) -> b (Gemm), with weights that a test can reckon with.
struct SmallNet {
  Graph graph;
  ValueId x = 0, relu = 0;
  SmallNet() {
    using nac::fw::Tensor;
    x = graph.add_input("x", nac::fw::DType::f32, {-1, 2});
    const ValueId a = dense("a", x, {2, 2}, {1, 0.5F, -0.25F, 0.75F});
    relu = graph.node(graph.add_node("", "Relu", {a})).outputs[0];
    graph.set_name(relu, "hidden");
    graph.add_output("y", dense("b", relu, {1, 2}, {0.3F, -0.6F}));
  }
  ValueId dense(const std::string &name, ValueId in, const nac::fw::Shape &shape, const std::vector<float> &values) {
    const ValueId w = graph.add_parameter(name + ".weight", shape, {NAC_INIT_ZEROS, 0});
    graph.set_data(w, nac::fw::Tensor::of(shape, values));
    const ValueId b = graph.add_parameter(name + ".bias", {shape[0]}, {NAC_INIT_ZEROS, 0});
    graph.set_data(b, nac::fw::Tensor(nac::fw::DType::f32, {shape[0]}));
    return graph.node(graph.add_node("", "Gemm", {in, w, b}, {{"transB", int64_t{1}}})).outputs[0];
  }
};

}  // namespace kit

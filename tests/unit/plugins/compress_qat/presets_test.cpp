// SPDX-License-Identifier: Apache-2.0
//
// Every preset of both tasks: the host finds each layer of the quantized graph, and a grid for all it reads.
#include <catch2/catch.hpp>

#include "kit.hpp"

using namespace nac::fw;

namespace {

int products_with_weights(const Graph &graph) {
  const Trace trace(graph);
  int count = 0;
  for (const NodeId id : trace.nodes()) {
    const Node &n = trace.node(id);
    if (n.op != "Conv" && n.op != "Gemm" && n.op != "MatMul") continue;
    if (trace.is_activation(n.inputs[0]) && !trace.is_activation(n.inputs[1])) ++count;
  }
  return count;
}

void check_quantized(const Graph &graph) {
  const Trace trace(graph);
  const std::vector<QuantizedLayer> layers = quantized_layers(trace);
  CHECK(static_cast<int>(layers.size()) == products_with_weights(graph));
  for (const QuantizedLayer &layer : layers) {
    INFO(graph.value(layer.weight).name);
    CHECK_NOTHROW(grid_of(trace, layer.input));
    const QuantType type = quant_type_of(graph, graph.node(layer.weight_quant));
    CHECK(type.is_signed);
    CHECK(type.narrow);
    CHECK(graph.node(layer.weight_quant).integer("fit") == 1);
    CHECK(graph.value(graph.node(layer.weight_quant).inputs[1]).data->elements() == layer.channels);
  }
  int norms = 0;
  for (const QuantizedLayer &layer : layers) norms += layer.norm != 0 ? 1 : 0;
  for (const NodeId id : trace.nodes()) {
    const Node &n = trace.node(id);
    if (n.op == "BatchNormalization") --norms;
    if (n.op == "MatMul" && trace.is_activation(n.inputs[1]))
      for (const ValueId in : n.inputs) CHECK_NOTHROW(grid_of(trace, in));
    if (n.op == "Softmax") CHECK_NOTHROW(grid_of(trace, n.inputs[0]));
  }
  CHECK(norms == 0);  // all of them fold
  for (const ValueId out : graph.outputs()) CHECK_FALSE(is_quant(graph, graph.value(out).producer));
  for (const ValueId in : graph.inputs())
    for (const NodeId user : graph.users(in)) CHECK(is_quant(graph, user));
}

void check_task(const std::string &task, const kit::Parameters &parameters) {
  for (const std::string &name : kit::presets(task, parameters)) {
    INFO(task << " " << name);
    Graph graph = kit::preset(task, name, parameters);
    kit::Pass pass("qat", {{"bits", int64_t{6}}});
    const kit::CompressStep step = pass.step(graph);
    CHECK(step.train_epochs == 20);
    CHECK_FALSE(step.finished);
    graph.check();
    check_quantized(graph);
    // The scales that qat sets are those that the host fits.
    Graph fitted = graph;
    fit_weight_scales(fitted);
    for (const ValueId id : graph.values())
      if (graph.value(id).kind == ValueKind::constant && graph.value(id).dtype == DType::f32)
        CHECK(*graph.value(id).data == *fitted.value(id).data);
    CHECK(pass.step(graph).finished);
  }
}

}  // namespace

TEST_CASE("qat: presets of the jets task") { check_task("jets", {{"samples", int64_t{200}}}); }
TEST_CASE("qat: presets of the Bragg task") { check_task("bragg", {{"synthetic_samples", int64_t{50}}}); }

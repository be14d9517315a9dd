// SPDX-License-Identifier: Apache-2.0
// Layers of 16 bits, weights and product together, against the integers of the deployed form.
#include <catch2/catch.hpp>

#include "each_target.hpp"
#include "fixed/deploy.hpp"
#include "fixed/integer_model.hpp"
#include "fixed/training/quantizer_loops.hpp"
#include "fused/kernels/wide_product.hpp"
#include "fused/weights/quantized_weights.hpp"
#include "fused/weights/scales.hpp"
#include "layer_nets.hpp"

using namespace nac::fw;
using namespace nac::fw::fused;
using fused::testing::parameters_of;
using nac::fw::testing::QuantizedNet;

namespace {

/// The Quant that reads a value, as of now; the value is a layer's result, behind a Relu or not.
GridStep grid_behind(const State &state, ValueId id) {
  const Graph &graph = state.graph();
  const Node *node = &graph.node(graph.users(id).at(0));
  if (node->op == "Relu") node = &graph.node(graph.users(node->outputs[0]).at(0));
  return {quant_type_of(graph, *node), fraction_of(state, node->inputs[1])};
}

}  // namespace

TEST_CASE("sixteen bits: two layers give the integers of the deployed form") {
  QuantizedNet net(21);
  const ValueId input = net.input({24});
  const ValueId x = net.quant(input, {16, 10});
  const ValueId hidden = net.norm("bn", net.dense("a", x, 20, 16, 15));
  const ValueId h = net.quant(net.node("Relu", {hidden}), {16, 9, false, false, "AP_RND"});
  net.graph.add_output("y", net.dense("b", h, 7, 16, 15));
  const Tensor samples = net.rows(input, 28, 30, 10);
  const Tensor expected = IntegerModel(deploy(net.graph)).run({samples}).at(0);

  const State state(net.graph, parameters_of(net.graph), 0, {});
  const QuantizedGraph quantized(net.graph);
  each_target([&] {
    constexpr int width = 32;
    AlignedFloats rows(24 * width);
    for (std::size_t e = 0; e < 24; ++e)
      for (std::size_t lane = 0; lane < width; ++lane) rows[e * width + lane] = samples.data<float>()[lane * 24 + e];
    const GridStep first = grid_behind(state, input);
    quantize_values(rows.data(), rows.data(), rows.size(), first.fraction, first.type);
    for (const QuantizedLayer *layer : quantized.layers()) {
      QuantizedWeights weights(net.graph, *layer, quantized.require_grid(layer->input));
      ProductShape shape;
      shape.in = layer->result == hidden ? 24 : 20, shape.out = static_cast<int>(layer->channels);
      std::vector<float> w(static_cast<std::size_t>(shape.in * shape.out)), b(static_cast<std::size_t>(shape.out));
      weights.prepare(state, false, w.data(), b.data());
      REQUIRE_FALSE(weights.exact());
      const WideProduct product(shape, width);
      std::vector<double> packed(product.packed());
      product.pack(weights.wide_weights(), packed.data());
      AlignedFloats y(static_cast<std::size_t>(shape.out * width));
      const bool last = layer->result != hidden;
      const GridStep grid = last ? GridStep{} : grid_behind(state, hidden);
      const WideResult result{last ? Activation::none : Activation::relu, 0, last ? nullptr : &grid};
      product.forward(rows.data(), packed.data(), weights.wide_bias(), result, nullptr, y.data());
      rows = y;
    }
    long wrong = 0;
    for (std::size_t o = 0; o < 7; ++o)
      for (std::size_t lane = 0; lane < width; ++lane)
        wrong += rows[o * width + lane] != expected.data<float>()[lane * 7 + o];
    CHECK(wrong == 0);
  });
}

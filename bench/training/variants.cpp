// SPDX-License-Identifier: Apache-2.0
#include "variants.hpp"

#include "base/error.hpp"
#include "bitexact/cases.hpp"
#include "fixed/layers.hpp"
#include "nac/cpp/rng.hpp"

namespace nac::fw::training {
namespace {

/// Masks as the pass `prune` writes them, of random weights.
void mask_layers(Graph &graph, uint64_t seed, uint64_t percent) {
  const Trace trace(graph);
  nac::rng draws(nac::stream_key(seed, percent));
  for (const QuantizedLayer &layer : float_layers(trace)) {
    const Value &weight = graph.value(layer.weight);
    Tensor mask(DType::f32, weight.shape);
    for (int64_t i = 0; i < mask.elements(); ++i) mask.mutable_data<float>()[i] = draws.below(100) < percent ? 0 : 1;
    const ValueId constant = graph.add_constant(weight.name + ".mask", std::move(mask));
    const NodeId product = graph.add_node("", "Mul", {layer.weight, constant});
    graph.replace_uses(layer.weight, graph.node(product).outputs[0]);
  }
}

Samples calibration_rows(const Samples &all) {
  Samples some;
  for (const Tensor &t : all.inputs) some.inputs.push_back(t.rows(0, 1024));
  for (const Tensor &t : all.targets) some.targets.push_back(t.rows(0, 1024));
  return some;
}

}  // namespace

Variant make_variant(Nets &nets, Engine &engine, const std::string &net, const std::string &name) {
  Variant variant;
  if (name == "float" || name == "mask50" || name == "mask90") {
    variant.model = nets.initialized(net);
    if (name != "float") mask_layers(variant.model, nets.seed(), name == "mask50" ? 50 : 90);
    return variant;
  }
  if (name != "moving" && name != "frozen")
    throw UsageError("variant '" + name + "'; accepted: float, mask50, mask90, moving, frozen");
  variant.model = bitexact::make_model(nets.registry(), nets.task(net), engine, calibration_rows(*nets.train(net)),
                                       {net.substr(net.find('/') + 1), "rnd_conv", 8, 0});
  const double share = name == "moving" ? 1 : 0;
  variant.quantized.moving_statistics = share;
  variant.quantized.refitted_scales = share;
  return variant;
}

}  // namespace nac::fw::training

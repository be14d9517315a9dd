// SPDX-License-Identifier: Apache-2.0
#include "model.hpp"

#include <string>

namespace jets {
namespace {

nac_value aggregate(Aggregator kind, nac_value x, nac::graph_builder &model) {
  const std::vector<int64_t> axes{1};
  switch (kind) {
    case Aggregator::mean: return model.node("ReduceMean", {x}, {{"axes", axes}, {"keepdims", int64_t{0}}});
    case Aggregator::max: return model.node("ReduceMax", {x}, {{"axes", axes}, {"keepdims", int64_t{0}}});
    case Aggregator::sum:  // in opset 13 its axes are an input already
      return model.node("ReduceSum", {x, model.constant("sum_axes", axes, {1})}, {{"keepdims", int64_t{0}}});
  }
  nac::fail(NAC_INTERNAL, "unknown aggregator");
}

}  // namespace

void build_model(const DeepSet &net, int64_t constituents, PhiNorm phi_norm, nac::graph_builder &model) {
  nac_value x = model.input("constituents", {constituents, kFeatures});
  for (std::size_t i = 0; i < net.phi.size(); ++i) {
    const std::string name = "phi" + std::to_string(i);
    x = model.linear(name, x, net.phi[i].width);
    if (net.phi[i].norm == Norm::batch)
      x = phi_norm == PhiNorm::feature ? model.batch_norm_last(name + "_norm", x) : model.batch_norm(name + "_norm", x);
    x = model.activate(net.phi[i].act, x);
  }
  x = aggregate(net.aggregator, x, model);
  for (std::size_t i = 0; i < net.rho.size(); ++i) {
    const std::string name = "rho" + std::to_string(i);
    x = model.linear(name, x, net.rho[i].width);
    if (net.rho[i].norm == Norm::batch) x = model.batch_norm(name + "_norm", x);
    x = model.activate(net.rho[i].act, x);
  }
  model.output("logits", x);
}

nac_value add_loss(nac::graph_builder &model) {
  const nac_graph_service &graph = nac::host().graph();
  if (graph.output_count(model.raw()) != 1)
    nac::invalid("the loss of the jets task needs a graph with one output, the logits; this one has " +
                 std::to_string(graph.output_count(model.raw())));
  const nac_value logits = graph.output_at(model.raw(), 0);
  const nac_value label = model.input("label", {}, nac::dtype_of<int64_t>::value);
  return model.node("SoftmaxCrossEntropyLoss", {logits, label}, {{"reduction", "mean"}});
}

}  // namespace jets

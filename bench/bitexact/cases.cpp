// SPDX-License-Identifier: Apache-2.0
#include "cases.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "fixed/fold.hpp"
#include "fixed/quantizer.hpp"
#include "nac/compress.h"
#include "nac/cpp/rng.hpp"
#include "plugin/compress_proxy.hpp"

namespace nac::fw::bitexact {
namespace {

/// Enough for calibration; nothing here is ever trained.
class Values final : public ModelObserver {
 public:
  Values(Engine &engine, const Samples &samples) : engine_(engine), samples_(samples) {}
  Tensor values(const Graph &model, ValueId value, const std::string &, uint64_t samples) const override {
    const auto rows = std::min<int64_t>(static_cast<int64_t>(samples), samples_.count());
    std::vector<Tensor> inputs;
    for (const Tensor &t : samples_.inputs) inputs.push_back(t.rows(0, rows));
    if (model.value(value).kind == ValueKind::input) return inputs.at(0);
    const auto &outputs = model.outputs();
    const auto known = std::find(outputs.begin(), outputs.end(), value);
    if (known != outputs.end())
      return engine_.forward(model, inputs, 1024, "cpu").at(static_cast<std::size_t>(known - outputs.begin()));
    Graph probe = model;
    probe.add_output("", value);
    return engine_.forward(probe, inputs, 1024, "cpu").back();
  }
  std::vector<double> metrics(const Graph &) const override { return {}; }
  double cost(const Graph &, const std::string &) const override { return 0; }
  int direction(uint32_t) const override { return -1; }

 private:
  Engine &engine_;
  const Samples &samples_;
};

/// Uniform numbers in [0, 1) of a stream.
class Draws {
 public:
  explicit Draws(uint64_t key) : key_(key) {}
  double next() { return static_cast<double>(nac::mix64(key_ + ++count_) >> 11) * 0x1p-53; }
  double between(double low, double high) { return low + (high - low) * next(); }

 private:
  uint64_t key_, count_ = 0;
};

void fill(Graph &graph, ValueId id, const std::function<double()> &draw) {
  Tensor data(DType::f32, graph.value(id).shape);
  for (int64_t i = 0; i < data.elements(); ++i) data.mutable_data<float>()[i] = static_cast<float>(draw());
  graph.set_data(id, std::move(data));
}

void randomize_norms(Graph &graph, Draws &draws) {
  for (const NodeId id : graph.topological()) {
    const Node n = graph.node(id);
    if (n.op != "BatchNormalization") continue;
    fill(graph, n.inputs[1], [&] { return (draws.next() < 0.2 ? -1 : 1) * draws.between(0.5, 1.5); });
    fill(graph, n.inputs[2], [&] { return draws.between(-0.5, 0.5); });
    fill(graph, n.inputs[3], [&] { return draws.between(-0.3, 0.3); });
    fill(graph, n.inputs[4], [&] { return draws.between(0.05, 0.6); });
  }
}

void add_masks(Graph &graph, double sparsity, Draws &draws) {
  const Trace trace(graph);
  for (const QuantizedLayer &layer : quantized_layers(trace)) {
    const Value &w = graph.value(layer.weight);
    Tensor mask(DType::f32, w.shape);
    for (int64_t i = 0; i < mask.elements(); ++i) mask.mutable_data<float>()[i] = draws.next() < sparsity ? 0.0F : 1.0F;
    const ValueId m = graph.add_constant(w.name + ".mask", std::move(mask));
    const NodeId mul = graph.add_node("", "Mul", {layer.weight, m});
    graph.replace_uses(layer.weight, graph.node(mul).outputs[0]);
  }
}

/// Calibrated ranges hold nearly everything; moved ones overflow, or waste bits.
void move_scales(Graph &graph, Draws &draws) {
  for (const NodeId id : graph.topological()) {
    const Node n = graph.node(id);
    if (n.op != "PowerOfTwo") continue;
    const ValueId t = n.inputs[0];
    const float at = graph.value(t).data->data<float>()[0];
    fill(graph, t, [&] { return static_cast<double>(at) + std::floor(draws.between(-1, 2)); });
  }
}

}  // namespace

Graph make_model(const Registry &registry, const TaskProxy &task, Engine &engine, const Samples &calibration,
                 const Case &c) {
  const uint64_t key = nac::stream_key(2026, static_cast<uint64_t>(c.bits), static_cast<uint64_t>(c.sparsity * 100),
                                       std::hash<std::string>{}(c.preset + c.rounding));
  Draws draws(key);
  Graph graph = task.build_preset(c.preset);
  initialize(graph, key);
  randomize_norms(graph, draws);
  const Values observer(engine, calibration);
  const PluginObject &object = registry.find(NAC_KIND_COMPRESS, "qat");
  const Config config(*object.descriptor,
                      {{"bits", int64_t{c.bits}}, {"rounding", c.rounding}, {"epochs", int64_t{0}}});
  CompressProxy qat(object, config, {static_cast<uint32_t>(task.info().metrics.size()), key, &observer});
  const std::vector<double> metrics(task.info().metrics.size(), 0.5);
  for (int i = 0; i < 3 && !qat.step(graph, metrics).finished; ++i) {
  }
  if (c.sparsity > 0) add_masks(graph, c.sparsity, draws);
  move_scales(graph, draws);
  fit_weight_scales(graph);
  graph.check();
  return graph;
}

Tensor adversarial_rows(const Graph &model, const Tensor &like) {
  const ValueId input = model.inputs().at(0);
  const Trace trace(model);
  const Node &quant = model.node(trace.users(input).at(0));
  const QuantType type = quant_type_of(model, quant);
  const NodeId producer = model.value(quant.inputs[1]).producer;
  const double step = producer == 0
                          ? static_cast<double>(model.value(quant.inputs[1]).data->data<float>()[0])
                          : std::exp2(std::ceil(model.value(model.node(producer).inputs[0]).data->data<float>()[0]));
  const auto low = static_cast<float>(static_cast<double>(type.lowest()) * step);
  const auto high = static_cast<float>(static_cast<double>(type.highest()) * step);
  const auto half = static_cast<float>(step / 2);
  const float tiny = std::numeric_limits<float>::denorm_min();
  std::vector<float> values{low, high, -1e30F, 1e30F, 0.0F, -0.0F, tiny, -tiny, half, -half};
  for (const float x : {half, -half, 3 * half, -3 * half, high + half, low - half})
    for (const float towards : {-1e30F, 1e30F}) values.push_back(std::nextafter(x, towards));
  Shape shape = like.shape();
  const int64_t per_row = like.elements() / shape[0];
  // Each value everywhere; then mixed rows, halves of odd and even multiples among them.
  shape[0] = 2 * static_cast<int64_t>(values.size());
  Tensor rows(DType::f32, shape);
  float *out = rows.mutable_data<float>();
  Draws draws(7);
  for (std::size_t r = 0; r < static_cast<std::size_t>(shape[0]); ++r)
    for (int64_t i = 0; i < per_row; ++i) {
      const bool same = r < values.size();
      float x = same ? values[r] : values[static_cast<std::size_t>(draws.next() * static_cast<double>(values.size()))];
      if (!same && i % 3 == 0)
        x = static_cast<float>((std::floor(draws.between(-0.6, 0.6) * static_cast<double>(type.highest())) + 0.5) *
                               step);
      out[static_cast<int64_t>(r) * per_row + i] = x;
    }
  return rows;
}

int64_t differences(const Tensor &a, const Tensor &b) {
  if (a.dtype() != DType::f32 || b.dtype() != DType::f32 || a.shape() != b.shape())
    throw Error("predictions differ in type or shape: " + text_of(a.shape()) + " and " + text_of(b.shape()));
  int64_t count = 0;
  // Finite numbers that compare equal have equal bits, but for the sign of zero.
  for (int64_t i = 0; i < a.elements(); ++i) count += a.data<float>()[i] == b.data<float>()[i] ? 0 : 1;
  return count;
}

}  // namespace nac::fw::bitexact

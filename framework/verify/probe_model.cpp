// SPDX-License-Identifier: Apache-2.0
#include "verify/probe_model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/error.hpp"
#include "graph/trace.hpp"
#include "nac/cpp/rng.hpp"
#include "verify/verdict.hpp"

namespace nac::fw::verify {

namespace {

constexpr int64_t kMostSamples = 64;

uint64_t hash_of(const std::string &text) {  // FNV-1a
  uint64_t h = 0xCBF29CE484222325u;
  for (const char c : text) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
  return h;
}

ValueId node(Graph &g, const char *op, const std::vector<ValueId> &in, std::map<std::string, Attribute> attrs = {}) {
  return g.node(g.add_node("", op, in, std::move(attrs))).outputs[0];
}

ValueId dense(Graph &g, const std::string &name, ValueId x, int64_t out) {
  const int64_t in = g.value(x).shape[1];
  const Init init{NAC_INIT_UNIFORM, 1 / std::sqrt(static_cast<double>(in))};
  return node(g, "Gemm",
              {x, g.add_parameter(name + ".weight", {out, in}, init), g.add_parameter(name + ".bias", {out}, init)},
              {{"transB", int64_t{1}}});
}

ValueId normalized(Graph &g, const std::string &name, ValueId x) {
  const int64_t c = g.value(x).shape[1];
  const std::vector<float> ones(static_cast<std::size_t>(c), 1.0F);
  return node(g, "BatchNormalization",
              {x, g.add_parameter(name + ".weight", {c}, {NAC_INIT_ONES, 0}),
               g.add_parameter(name + ".bias", {c}, {NAC_INIT_ZEROS, 0}),
               g.add_constant(name + ".running_mean", Tensor(DType::f32, {c})),
               g.add_constant(name + ".running_var", Tensor::of({c}, ones))});
}

/// Of Relu, also behind quantizers: never negative.
bool is_rectified(const Graph &model, ValueId value) {
  const NodeId producer = model.value(value).producer;
  if (producer == 0) return false;
  const Node &n = model.node(producer);
  return n.op == "Relu" || (n.op == "Quant" && is_rectified(model, n.inputs[0]));
}

void append(std::string &text, const void *bytes, std::size_t size) {
  text.append(static_cast<const char *>(bytes), size);
}

}  // namespace

Graph probe_model(uint64_t seed) {
  Graph g;
  const ValueId x = g.add_input("x", DType::f32, {-1, 4});
  ValueId h = node(g, "Relu", {normalized(g, "norm0", dense(g, "fc0", x, 8))});
  h = node(g, "Relu", {dense(g, "fc1", h, 6)});
  g.add_output("scores", dense(g, "fc2", h, 3));
  initialize(g, seed);
  return g;
}

void pretend_training(Graph &model, uint64_t seed) {
  for (const ValueId id : model.values()) {
    const Value &v = model.value(id);
    if (v.kind != ValueKind::parameter || !v.data) continue;
    Tensor moved = *v.data;
    nac::rng random(nac::stream_key(seed, hash_of(v.name)));
    float *data = moved.mutable_data<float>();
    for (int64_t i = 0; i < moved.elements(); ++i) data[i] += 0.02F * static_cast<float>(random.normal());
    model.set_data(id, std::move(moved));
  }
}

std::string signature_of(const Graph &model) {
  std::string text;
  for (const ValueId id : model.values()) {
    const Value &v = model.value(id);
    text += fmt::format("{} '{}' {} {} ", id, v.name, static_cast<int>(v.kind), text_of(v.shape));
    if (v.data) append(text, v.data->raw(), v.data->bytes());
  }
  for (const NodeId id : model.topological()) {
    const Node &n = model.node(id);
    text += fmt::format("\n{} {}.{} {} {}", id, n.domain, n.op, fmt::join(n.inputs, ","), fmt::join(n.outputs, ","));
    for (const auto &[name, value] : n.attributes) {
      text += " " + name + "=";
      std::visit(
          [&](const auto &a) {
            if constexpr (requires { a.data(); })
              append(text, a.data(), a.size() * sizeof *a.data());
            else
              append(text, &a, sizeof a);
          },
          value);
    }
  }
  return text;
}

void check_whole(const Graph &model, const std::string &when) {
  try {
    model.check();
  } catch (const Error &e) {
    throw Failed(fmt::format("{}, check() refuses the model: {}", when, e.what()));
  }
  for (const ValueId id : model.values()) {
    const Value &v = model.value(id);
    if (v.kind == ValueKind::parameter && !v.data)
      throw Failed(fmt::format("{}, the parameter '{}' has no data", when, v.name));
    if (!v.data || v.dtype != DType::f32) continue;
    const float *data = v.data->data<float>();
    if (!std::all_of(data, data + v.data->elements(), [](float x) { return std::isfinite(x); }))
      throw Failed(fmt::format("{}, '{}' has data that is not finite", when, v.name));
  }
}

Tensor ProbeObserver::values(const Graph &model, ValueId value, const std::string &split, uint64_t samples) const {
  model.check();
  const Value &v = model.value(value);
  if (v.dtype != DType::f32 || !Trace(model).is_activation(value))
    throw Error(fmt::format("'{}' is no activation", v.name), NAC_INVALID_ARGUMENT);
  Shape shape = v.shape;
  shape.at(0) = static_cast<int64_t>(std::min<uint64_t>(samples, kMostSamples));
  Tensor noise(DType::f32, shape);
  nac::rng random(nac::stream_key(hash_of(v.name), hash_of(split)));
  const bool rectified = is_rectified(model, value);
  float *data = noise.mutable_data<float>();
  for (int64_t i = 0; i < noise.elements(); ++i) {
    const auto x = static_cast<float>(random.normal());
    data[i] = rectified ? std::max(x, 0.0F) : x;
  }
  return noise;
}

std::vector<double> ProbeObserver::metrics(const Graph &model) const {
  model.check();
  return {0.2 + 0.01 * nac::rng(hash_of(signature_of(model))).uniform()};
}

double ProbeObserver::cost(const Graph &model, const std::string &name) const {
  model.check();
  double ones = 0, all = 0;
  for (const ValueId id : model.values()) {
    const Value &v = model.value(id);
    if (v.kind != ValueKind::constant || v.dtype != DType::f32) continue;
    for (int64_t i = 0; i < v.data->elements(); ++i) ones += std::fabs(static_cast<double>(v.data->data<float>()[i]));
    all += static_cast<double>(v.data->elements());
  }
  return name == "sparsity" ? 1 - std::min(1.0, ones / std::max(1.0, all)) : 1000 + ones;
}

}  // namespace nac::fw::verify

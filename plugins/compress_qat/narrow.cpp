// SPDX-License-Identifier: Apache-2.0
#include "compress_qat/narrow.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "compress_common/measure.hpp"
#include "compress_qat/place.hpp"

namespace nac::compressing {
namespace {

constexpr float kFewestBits = 2;

/// One quantizer with what its change touches.
struct knob {
  nac_node node = 0;
  nac_value width = 0;
  nac_value scale = 0;          ///< the constant or trained value that says the scale
  bool is_logarithm = false;    ///< `scale` is t of 2^ceil(t)
  std::optional<layer> weight;  ///< set: a weight's
};

std::vector<knob> knobs_of(const graph_view &graph) {
  const network net(graph);
  const std::vector<layer> layers = net.layers();
  std::vector<knob> knobs;
  for (const nac_node n : net.nodes()) {
    if (!graph.is_quant(n)) continue;
    const std::vector<nac_node> &readers = net.users(graph.result_of(n));
    if (std::any_of(readers.begin(), readers.end(), [&](nac_node r) { return is_table(graph, r); })) continue;
    knob k;
    k.node = n;
    k.scale = graph.input_of(n, 1);
    k.width = graph.input_of(n, 3);
    if (graph.is(graph.producer(k.scale), "PowerOfTwo", NAC_DOMAIN_NAC)) {
      k.scale = graph.input_of(graph.producer(k.scale), 0);
      k.is_logarithm = true;
    }
    for (const layer &l : layers)
      if (l.weight_quant == n) k.weight = l;
    if (k.weight || net.is_activation(graph.result_of(n))) knobs.push_back(std::move(k));
  }
  return knobs;
}

/// Data of a knob, for going back.
struct setting {
  std::vector<float> width, scale;
};
setting setting_of(const graph_view &graph, const knob &k) { return {graph.floats(k.width), graph.floats(k.scale)}; }
void apply(graph_view &graph, const knob &k, const setting &s) {
  graph.set_floats(k.width, s.width);
  graph.set_floats(k.scale, s.scale);
}

setting narrower(const graph_view &graph, const knob &k, bool per_channel) {
  setting s = setting_of(graph, k);
  for (float &w : s.width) w -= 1;
  if (k.weight) {
    const format to = weight_format(static_cast<int>(s.width[0]));
    s.scale = fitted_scales(graph, *k.weight, to, per_channel && s.scale.size() > 1);
  } else {
    for (float &x : s.scale) x = k.is_logarithm ? x + 1 : 2 * x;
  }
  return s;
}

}  // namespace

std::string narrow_one(graph_view &graph, const observer &watch, double highest_error, bool per_channel) {
  const std::vector<knob> knobs = knobs_of(graph);
  const double error = error_of(watch, watch.metrics(graph.raw())), cost = watch.cost(graph.raw(), "bops");
  const knob *best = nullptr;
  setting best_setting;
  double best_gain = 0;
  for (const knob &k : knobs) {
    const setting before = setting_of(graph, k);
    if (before.width[0] <= kFewestBits) continue;
    const setting after = narrower(graph, k, per_channel);
    apply(graph, k, after);
    const double saved = cost - watch.cost(graph.raw(), "bops");
    const double reached = error_of(watch, watch.metrics(graph.raw()));
    apply(graph, k, before);
    // What costs no error is worth its saving a million times.
    const double gain = saved / std::max(reached - error, 1e-6 * std::max(std::fabs(error), 1e-6));
    if (saved > 0 && reached <= highest_error && gain > best_gain) {
      best = &k;
      best_setting = after;
      best_gain = gain;
    }
  }
  if (best == nullptr) return "";
  apply(graph, *best, best_setting);
  return "'" + graph.name(best->width) + "' becomes " + std::to_string(static_cast<int>(best_setting.width[0]));
}

}  // namespace nac::compressing

// SPDX-License-Identifier: Apache-2.0
#include "compress_qat/place.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace nac::compressing {
namespace {

const char *name_of(rounding r) {
  return r == rounding::half_even ? "ROUND" : r == rounding::half_up ? "AP_RND" : "FLOOR";
}

/// Frees the name of a value that nothing will use.
void retire(graph_view &graph, nac_value value) {
  const std::string base = graph.name(value) + ".old";
  for (int i = 0; i < 1000; ++i) {
    try {
      graph.set_name(value, i == 0 ? base : base + std::to_string(i));
      return;
    } catch (const failure &) {
      continue;  // taken
    }
  }
}

nac_value quant(graph_view &graph, nac_value x, nac_value scale, const std::string &name, const format &to, bool fit) {
  const nac_value zero = graph.constant(name + ".zero_point", std::vector<float>{0}, {1});
  const nac_value width = graph.constant(name + ".bit_width", std::vector<float>{static_cast<float>(to.width)}, {1});
  return graph.node("Quant", {x, scale, zero, width},
                    {{"signed", to.is_signed ? 1 : 0},
                     {"narrow", to.narrow ? 1 : 0},
                     {"rounding_mode", name_of(to.round)},
                     {"overflow_mode", to.over == overflow::wrap ? "WRAP" : "SAT"},
                     {"fit", fit ? 1 : 0}},
                    NAC_DOMAIN_QONNX);
}

/// A scale that is trained starts in the middle of the interval that the exponent comes from, away from both ends.
nac_value activation_scale(graph_view &graph, const site &s, int fraction) {
  if (!s.learned) return graph.constant(s.name + ".scale", std::vector<float>{std::ldexp(1.0F, -fraction)}, {1});
  const nac_value t = graph.parameter(s.name + ".log2_scale", {1}, NAC_INIT_ZEROS);
  graph.set_floats(t, {static_cast<float>(-fraction) - 0.5F});
  return graph.node("PowerOfTwo", {t}, {}, NAC_DOMAIN_NAC);
}

int calibrated(const graph_view &graph, const observer &watch, const site &s, const qat_options &options) {
  const observed_values seen = watch.values(graph.raw(), s.value, "train", options.samples);
  if (seen.data.empty()) fail(NAC_INTERNAL, "the host observed no value of '" + s.name + "'");
  const auto [low, high] = std::minmax_element(seen.data.begin(), seen.data.end());
  if (*low == *high) {
    char value[32];
    std::snprintf(value, sizeof value, "%g", static_cast<double>(*low));
    host().warn("activation '" + s.name + "' is " + value + " for all " + std::to_string(seen.shape.at(0)) +
                " samples: the network does not use it");
  }
  // A dead activation gets the range [0, 1): it may wake up.
  if (*low == 0 && *high == 0) return s.to.is_signed ? s.to.width - 1 : s.to.width;
  try {
    return calibrated_fraction(seen.data, s.to, options.percentile);
  } catch (const failure &e) {
    fail(e.status(), "activation '" + s.name + "' cannot be calibrated: " + e.what());
  }
}

void quantize_weight(graph_view &graph, const layer &l, const qat_options &options) {
  const auto wanted = options.overrides.find(l.name);
  const format to = weight_format(wanted == options.overrides.end() ? options.weight_bits : wanted->second);
  for (const float w : graph.floats(l.latent))
    if (!std::isfinite(w)) fail(NAC_FAILED_PRECONDITION, "the weight of layer '" + l.name + "' is not finite");
  const std::vector<float> scales = fitted_scales(graph, l, to, options.per_channel);
  std::vector<int64_t> shape{1};
  if (options.per_channel) {
    shape.assign(graph.shape(l.latent).size(), 1);
    shape[l.axis] = l.channels;
  }
  const std::string name = graph.name(l.latent);
  const nac_value scale = graph.constant(name + ".scale", scales, shape);
  graph.replace_uses(l.weight, quant(graph, l.weight, scale, name, to, true));
}

/// One layer per weight. Layers that share one need the same quantizer, so none may have a normalization of its own.
std::vector<layer> distinct_weights(const graph_view &graph, const std::vector<layer> &layers) {
  std::map<nac_value, layer> first;
  std::vector<layer> distinct;
  for (const layer &l : layers) {
    const auto [seen, fresh] = first.emplace(l.latent, l);
    if (fresh) distinct.push_back(l);
    if (!fresh && (l.norm != 0 || seen->second.norm != 0 || l.axis != seen->second.axis))
      fail(NAC_UNSUPPORTED, graph.label(l.product) + " cannot be quantized: it shares its weight '" +
                                graph.name(l.latent) +
                                "' with another layer, and one of them has batch normalization or other outputs");
  }
  return distinct;
}

}  // namespace

format weight_format(int width) { return {width, true, true, rounding::half_even, overflow::saturate}; }

std::vector<float> fitted_scales(const graph_view &graph, const layer &l, const format &to, bool per_channel) {
  const std::vector<float> w = folded_weight(graph, l);
  const std::vector<int64_t> shape = graph.shape(l.latent);
  std::vector<std::vector<float>> rows(per_channel ? static_cast<std::size_t>(l.channels) : 1);
  for (std::size_t i = 0; i < w.size(); ++i) rows[per_channel ? l.channel_of(shape, i) : 0].push_back(w[i]);
  std::vector<float> scales;
  for (const std::vector<float> &row : rows) scales.push_back(std::ldexp(1.0F, -fitted_fraction(row, to)));
  return scales;
}

int remove_quantizers(graph_view &graph) {
  int removed = 0;
  for (const nac_node n : graph.nodes()) {
    if (!graph.is_quant(n)) continue;
    const std::vector<nac_value> in = graph.inputs_of(n);
    graph.replace_uses(graph.result_of(n), in[0]);
    graph.remove(n);
    ++removed;
    for (std::size_t i = 1; i < in.size(); ++i) {
      if (!graph.users(in[i]).empty()) continue;
      const nac_node power = graph.producer(in[i]);
      if (!graph.is(power, "PowerOfTwo", NAC_DOMAIN_NAC)) {
        if (power == 0) retire(graph, in[i]);
        continue;
      }
      const nac_value t = graph.input_of(power, 0);
      graph.remove(power);
      retire(graph, t);
    }
  }
  return removed;
}

void place_quantizers(graph_view &graph, const observer &watch, const qat_options &options) {
  const network net(graph);
  const std::vector<layer> layers = net.layers();
  if (layers.empty())
    fail(NAC_UNSUPPORTED, "the network has no layer to quantize: no Conv, Gemm or MatMul with a weight");
  const std::vector<site> sites = find_sites(net, layers, options);
  std::vector<int> fractions;
  for (const site &s : sites) fractions.push_back(calibrated(graph, watch, s, options));
  for (const layer &l : distinct_weights(graph, layers)) quantize_weight(graph, l, options);
  for (std::size_t i = 0; i < sites.size(); ++i) {
    const nac_value scale = activation_scale(graph, sites[i], fractions[i]);
    graph.replace_uses(sites[i].value, quant(graph, sites[i].value, scale, sites[i].name, sites[i].to, false));
  }
}

}  // namespace nac::compressing

// SPDX-License-Identifier: Apache-2.0
#include "compress_prune/masks.hpp"

#include <algorithm>
#include <set>

namespace nac::compressing {
namespace {

/// The layer whose latent weight has that name, without the others of the same weight.
std::vector<layer> distinct_layers(const network &net) {
  std::vector<layer> found;
  std::set<nac_value> seen;
  for (layer &l : net.layers())
    if (seen.insert(l.latent).second) found.push_back(std::move(l));
  return found;
}

/// An output of the network depends on the value without another layer in between.
bool gives_output(const network &net, const std::set<nac_node> &products, nac_value value) {
  if (net.graph().is_output(value)) return true;
  const std::vector<nac_node> &users = net.users(value);
  return std::any_of(users.begin(), users.end(), [&](nac_node n) {
    return products.count(n) == 0 && gives_output(net, products, net.graph().result_of(n));
  });
}

}  // namespace

std::vector<prunable> prunables_of(const network &net) {
  const graph_view &graph = net.graph();
  std::set<nac_node> products;
  for (const layer &l : net.layers()) products.insert(l.product);
  std::vector<prunable> found;
  for (const layer &l : distinct_layers(net)) {
    prunable p;
    p.name = l.name;
    p.weight = graph.floats(l.latent);
    p.alive.assign(p.weight.size(), 1);
    if (l.mask != 0) {
      const std::vector<float> mask = graph.floats(l.mask);
      for (std::size_t i = 0; i < mask.size(); ++i) p.alive[i] = mask[i] != 0 ? 1 : 0;
    }
    p.channels = static_cast<std::size_t>(l.channels);
    p.stride = l.stride(graph.shape(l.latent));
    p.output = gives_output(net, products, l.result);
    found.push_back(std::move(p));
  }
  return found;
}

void write_masks(graph_view &graph, const std::vector<prunable> &layers) {
  const std::vector<layer> places = distinct_layers(network(graph));
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const prunable &p = layers[i];
    const layer &place = places.at(i);
    if (place.mask == 0 && p.alive_count() == p.alive.size()) continue;
    const std::vector<float> data(p.alive.begin(), p.alive.end());
    if (place.mask == 0) {
      const nac_value mask = graph.constant(graph.name(place.latent) + ".mask", data, graph.shape(place.latent));
      graph.replace_uses(place.latent, graph.node("Mul", {place.latent, mask}));
      continue;
    }
    const std::vector<float> before = graph.floats(place.mask);
    for (std::size_t k = 0; k < data.size(); ++k)
      if (data[k] > before[k]) fail(NAC_INTERNAL, "a weight of '" + p.name + "' would revive");
    graph.set_floats(place.mask, data);
  }
}

}  // namespace nac::compressing

// SPDX-License-Identifier: Apache-2.0
#include "bragg/architecture.hpp"

namespace nac::bragg {
namespace {

/// Channels and side of the feature map while walking through a network.
struct feature_map {
  int64_t channels, side;
};

int64_t norm_parameters(norm n, int64_t features) { return n == norm::batch ? 2 * features : 0; }

std::string suffix(norm n, activation act) {
  std::string text = n == norm::batch ? "-bn" : "";
  if (act == activation::relu) text += "-relu";
  if (act == activation::leaky_relu) text += "-leaky";
  return text;
}

}  // namespace

int64_t parameter_count(const architecture &a) {
  feature_map map{a.projection, kSide - 2};
  int64_t total = a.projection * 9 + a.projection;
  for (const block &b : a.blocks) {
    if (b.kind == block_kind::attention)
      total += 3 * (map.channels * b.hidden + b.hidden) + b.hidden * map.channels + map.channels;
    if (b.kind != block_kind::conv) continue;
    for (const conv_layer &c : b.convs) {
      total += c.out * map.channels * c.kernel * c.kernel + c.out + norm_parameters(c.normalization, c.out);
      map = {c.out, map.side - c.kernel + 1};
    }
  }
  int64_t in = map.channels * map.side * map.side;
  for (const linear_layer &l : a.mlp) {
    total += in * l.out + l.out + norm_parameters(l.normalization, l.out);
    in = l.out;
  }
  return total;
}

void check_feasible(const architecture &a, int64_t max_parameters) {
  int64_t side = kSide - 2;
  for (std::size_t i = 0; i < a.blocks.size(); ++i) {
    if (a.blocks[i].kind != block_kind::conv) continue;
    for (std::size_t j = 0; j < a.blocks[i].convs.size(); ++j) {
      const int64_t kernel = a.blocks[i].convs[j].kernel;
      if (kernel > side)
        throw failure(NAC_INFEASIBLE, "block b" + std::to_string(i) + ", convolution " + std::to_string(j) + ": a " +
                                          std::to_string(kernel) + "x" + std::to_string(kernel) +
                                          " kernel does not fit into the " + std::to_string(side) + "x" +
                                          std::to_string(side) + " map that is left");
      side -= kernel - 1;
    }
  }
  const int64_t count = parameter_count(a);
  if (count > max_parameters)
    throw failure(NAC_INFEASIBLE, "the network has " + std::to_string(count) + " parameters; max_parameters is " +
                                      std::to_string(max_parameters));
}

std::string to_text(const architecture &a) {
  std::string text = "proj" + std::to_string(a.projection);
  for (const block &b : a.blocks) {
    if (b.kind == block_kind::attention)
      text += " | attention " + std::to_string(b.hidden) + suffix(norm::none, b.skip_act);
    if (b.kind != block_kind::conv) continue;
    text += " | conv";
    for (const conv_layer &c : b.convs)
      text += " " + std::to_string(c.out) + "k" + std::to_string(c.kernel) + suffix(c.normalization, c.act);
  }
  text += " |";
  for (const linear_layer &l : a.mlp) text += " " + std::to_string(l.out) + suffix(l.normalization, l.act);
  return text;
}

}  // namespace nac::bragg

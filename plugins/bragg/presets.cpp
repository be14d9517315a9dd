// SPDX-License-Identifier: Apache-2.0
#include "bragg/presets.hpp"

namespace nac::bragg {
namespace {

constexpr activation kNone = activation::none, kRelu = activation::relu, kLeaky = activation::leaky_relu;
constexpr norm kPlain = norm::none, kBatch = norm::batch;

block conv_block(std::vector<conv_layer> layers) { return {block_kind::conv, std::move(layers), 0, kNone}; }
block attention_block(int64_t hidden, activation skip) { return {block_kind::attention, {}, hidden, skip}; }

/// BraggNN (Liu et al. 2022, IUCrJ 9): three 3x3 convolutions 64-32-8, attention with 32 channels after the first, an
/// MLP of the given widths; LeakyReLU with slope 0.01 everywhere but after the output.
architecture braggnn(const std::vector<int64_t> &widths) {
  architecture a;
  a.projection = 64;
  a.blocks = {attention_block(32, kLeaky), conv_block({{32, 3, kPlain, kLeaky}, {8, 3, kPlain, kLeaky}})};
  for (const int64_t w : widths) a.mlp.push_back({w, kPlain, kLeaky});
  a.mlp.push_back({2, kPlain, kNone});
  a.slope = 0.01F;
  a.names = naming::braggnn;
  return a;
}

/// BraggNN at a quarter of the channels with ReLU, as synthesized by OpenHLS (Levental et al. 2023); also ReLU after
/// the output, which NAC's search code keeps.
architecture openhls() {
  architecture a;
  a.projection = 16;
  a.blocks = {attention_block(8, kRelu), conv_block({{8, 3, kPlain, kRelu}, {2, 3, kPlain, kRelu}})};
  a.mlp = {{16, kPlain, kRelu}, {8, kPlain, kRelu}, {4, kPlain, kRelu}, {2, kPlain, kRelu}};
  return a;
}

architecture tiny() {
  architecture a;
  a.projection = 8;
  a.mlp = {{32, kPlain, kLeaky}, {32, kPlain, kLeaky}, {32, kBatch, kLeaky}, {2, kBatch, kNone}};
  return a;
}

architecture small(int64_t kernel) {
  architecture a;
  a.projection = 8;
  a.blocks = {conv_block({{2, kernel, kPlain, kLeaky}, {4, kernel, kBatch, kLeaky}})};
  a.mlp = {{64, kBatch, kLeaky}, {32, kBatch, kRelu}, {16, kBatch, kLeaky}, {2, kBatch, kNone}};
  return a;
}

architecture medium(int64_t kernel) {
  architecture a;
  a.projection = 8;
  a.blocks = {conv_block({{16, kernel, kBatch, kRelu}, {4, kernel, kBatch, kLeaky}})};
  a.mlp = {{64, kPlain, kLeaky}, {64, kPlain, kLeaky}, {16, kBatch, kLeaky}, {2, kBatch, kNone}};
  return a;
}

architecture large(int64_t kernel) {
  architecture a;
  a.projection = 8;
  a.blocks = {conv_block({{64, kernel, kBatch, kNone}, {32, kernel, kBatch, kNone}})};
  a.mlp = {{32, kPlain, kLeaky}, {64, kPlain, kRelu}, {64, kBatch, kLeaky}, {2, kBatch, kNone}};
  return a;
}

std::vector<preset> make_presets() {
  return {
      {"BraggNN", "the NAC paper's baseline, Table 1: BraggNN with FC 64-32-16", 45274, braggnn({64, 32, 16})},
      {"OpenHLS", "BraggNN at a quarter of the channels with ReLU (Levental et al. 2023), trial 0 of NAC's search",
       3016, openhls()},
      {"Large", "NAC paper, Tables 1 and 5, with the 1x1 block kernels that Table 1 counts", 92438, large(1)},
      {"Medium", "NAC paper, Tables 1 and 5, with the 1x1 block kernels that Table 1 counts", 26402, medium(1)},
      {"Small", "NAC paper, Tables 1 and 5, with the 1x1 block kernels that Table 1 counts", 23788, small(1)},
      {"Tiny", "NAC paper, Tables 1 and 5", 23094, tiny()},
      {"Large-k3", "NAC paper, Table 5 as printed: 3x3 block kernels", 55574, large(3)},
      {"Medium-k3", "NAC paper, Table 5 as printed: 3x3 block kernels", 13602, medium(3)},
      {"Small-k3", "NAC paper, Table 5 as printed: 3x3 block kernels", 9644, small(3)},
      {"BraggNN-fc16_8_4_2", "BraggNN (Liu et al. 2022) as published with weights, FC 16-8-4-2", 33172,
       braggnn({16, 8, 4, 2})},
      {"BraggNN-fc32_16_8_4", "BraggNN (Liu et al. 2022) as published with weights, FC 32-16-8-4", 36910,
       braggnn({32, 16, 8, 4})},
  };
}

}  // namespace

const std::vector<preset> &presets() {
  static const std::vector<preset> all = make_presets();
  return all;
}

const preset &find_preset(const std::string &name) {
  std::string there;
  for (const preset &p : presets()) {
    if (p.name == name) return p;
    there += (there.empty() ? "" : ", ") + p.name;
  }
  throw failure(NAC_NOT_FOUND, "there is no preset '" + name + "'; there are " + there);
}

}  // namespace nac::bragg

// SPDX-License-Identifier: Apache-2.0
//
// architecture.hpp: the family of networks of the NAC paper's Table 7: a 3x3 projection (11 x 11 to 9 x 9), three
// blocks that are convolutions, attention or nothing, and an MLP to the two coordinates.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "nac/cpp/graph.hpp"

namespace nac::bragg {

constexpr int64_t kSide = 11;  ///< pixels along one axis of the input

enum class norm { none, batch };

/// Convolution without padding, then norm, then activation: kernel 3 takes 2 off the side of the map, kernel 1 nothing.
struct conv_layer {
  int64_t out = 0;
  int64_t kernel = 1;
  norm normalization = norm::none;
  activation act = activation::none;
};

struct linear_layer {
  int64_t out = 0;
  norm normalization = norm::none;
  activation act = activation::none;
};

enum class block_kind { conv, attention, none };

struct block {
  block_kind kind = block_kind::none;
  std::vector<conv_layer> convs;           ///< conv: the layers in order
  int64_t hidden = 0;                      ///< attention: channels of query, key and value
  activation skip_act = activation::none;  ///< attention: after the residual sum
};

/// How weights are called: by place ("b0.conv1.weight"), or as in BraggNN's published files ("cnn_layers.2.weight").
enum class naming { by_place, braggnn };

struct architecture {
  int64_t projection = 0;  ///< channels of the first convolution, which has neither norm nor activation
  std::vector<block> blocks;
  std::vector<linear_layer> mlp;  ///< the last one has 2 outputs
  float slope = 0.0078125F;       ///< of LeakyReLU: 1/128 in the NAC models, 0.01 in BraggNN
  naming names = naming::by_place;
};

/// Throws NAC_INFEASIBLE when a 3x3 convolution meets a map smaller than itself, or when the network has more trainable
/// parameters than max_parameters.
void check_feasible(const architecture &a, int64_t max_parameters);
/// Trainable values: weights, biases, and two per BatchNormalization feature.
int64_t parameter_count(const architecture &a);
/// "proj8 | conv 2k1-leaky 4k1-bn-leaky | 64-bn-leaky 32 ...": one line for logs and tests.
std::string to_text(const architecture &a);

/// Builds the network: input "patch" [N, 1, 11, 11], output "position" [N, 2] = (x, y) / 11.
void build_network(const architecture &a, graph_builder &g);

}  // namespace nac::bragg

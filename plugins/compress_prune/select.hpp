// SPDX-License-Identifier: Apache-2.0
//
// select.hpp: which weights go. Nothing here knows a graph.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "compress_prune/options.hpp"

namespace nac::compressing {

/// The weight of one layer.
struct prunable {
  std::string name;
  std::vector<float> weight;  ///< latent: unfolded, unquantized
  std::vector<char> alive;    ///< per weight
  std::size_t channels = 1;   ///< outputs
  std::size_t stride = 1;     ///< elements between two outputs: output of element i is i / stride % channels
  bool output = false;        ///< a layer that gives the network's output

  std::size_t channel_of(std::size_t i) const { return i / stride % channels; }
  std::size_t alive_count() const;
};

/// Scores of values, larger is more worth. magnitude: |w|. lamp: w^2 / sum of w'^2 over all alive w' with |w'| >= |w|
/// in the layer (Lee et al. 2021, "Layer-adaptive sparsity for the magnitude-based pruning"); equal ones in order of
/// their index. Dead ones get 0.
std::vector<double> scores_of(const std::vector<float> &weight, const std::vector<char> &alive, criterion by);

/// Weights that every layer keeps: max(1, outputs / 4).
std::size_t floor_of(const prunable &layer);

/// Clears `alive` of single weights, lowest scores first over all layers (equal ones in order), until `keep` are left.
/// With guards every layer keeps its floor, and an output layer one weight per output.
void remove_weights(std::vector<prunable> &layers, std::size_t keep, criterion by, bool guards);
/// The same for whole outputs, never those of an output layer; a layer keeps max(1, outputs / 4) outputs, without
/// guards one. An output's score is that of the root of its weights' mean square.
void remove_channels(std::vector<prunable> &layers, std::size_t keep, criterion by, bool guards);
/// Each weight row of one output is cut into blocks of `block` inputs, in which the `kept` largest |w| stay; of a
/// shorter last block the same share, rounded up.
void remove_in_blocks(prunable &layer, std::size_t kept, std::size_t block);

}  // namespace nac::compressing

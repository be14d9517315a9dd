// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "nac/cpp/graph.hpp"

namespace jets {

constexpr int64_t kFeatures = 3;  ///< pT, eta_rel, phi_rel of one constituent
constexpr int64_t kClasses = 5;   ///< g, q, w, z, t in the order of the hls4ml LHC jet data

enum class Norm { none, batch };
enum class Aggregator { mean, max, sum };

/// Linear to `width` features, then normalization, then activation (the order of Table 6 of the NAC paper).
struct Layer {
  int64_t width = 0;
  Norm norm = Norm::none;
  nac::activation act = nac::activation::none;
};

/// rho(aggregate over constituents of phi(constituent)): Zaheer et al. 2017, "Deep Sets"; NAC paper section 5.
/// The last layer of rho has kClasses features and gives the logits.
struct DeepSet {
  std::vector<Layer> phi;
  Aggregator aggregator = Aggregator::mean;
  std::vector<Layer> rho;
};

/// Where the batch normalizations of phi keep their statistics. feature: one mean and variance per feature, shared by
/// all constituents, so that a permutation of the constituents changes nothing and the layer folds into the linear one
/// before it. position: one per place in the pT-sorted list, which is what the published search logs counted
/// (2 parameters a constituent) and which is not permutation invariant.
enum class PhiNorm { feature, position };

/// Trainable values: weights, biases, 2 per normalized feature (or position).
int64_t parameter_count(const DeepSet &net, int64_t constituents, PhiNorm phi_norm = PhiNorm::feature);

/// One line for people, e.g. "3-32b-8 | mean | 32-16-5": widths, b for batch normalization, r/l for ReLU/LeakyReLU.
std::string summary(const DeepSet &net);

}  // namespace jets

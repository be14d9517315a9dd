// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <string>

#include "pipeline/local/base_network.hpp"
#include "pipeline/local/stage.hpp"

namespace nac::fw {

/// One more training of a unit of compression: same masks and quantizers, from the weights that its step was given,
/// samples in another order.
struct Retraining {
  bool abandoned = false, known = false;  ///< known: it was in the study already
  std::string reason;                     ///< of a failure
  std::map<std::string, double> metrics;
  std::string model;  ///< artifact
};
Retraining retrain_unit(const LocalInputs &in, const LocalContext &context, const BaseNetwork &base,
                        const Study::CompressRow &row, int seed, StageProgress &progress);

}  // namespace nac::fw

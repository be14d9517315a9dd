// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "engine/engine.hpp"
#include "torch/state.hpp"

namespace nac::fw::libtorch {

/// When what happens in the training of a quantized graph; epochs count from 1.
struct QuantizedSchedule {
  QuantizedTraining shares;
  int epochs = 0;

  bool statistics_move(int epoch) const { return epoch - 1 < shares.moving_statistics * epochs; }
  bool scales_refitted(int epoch) const { return epoch - 1 < shares.refitted_scales * epochs; }
};

/// Sets the scales of weight quantizers with fit = 1 for the parameters and statistics that `state` holds.
void refit_scales(const Graph &graph, State &state);

}  // namespace nac::fw::libtorch

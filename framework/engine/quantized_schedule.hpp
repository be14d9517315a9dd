// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "engine/engine.hpp"

namespace nac::fw {

/// When what happens in the training of a quantized graph; epochs count from 1.
struct QuantizedSchedule {
  QuantizedTraining shares;
  int epochs = 0;

  bool statistics_move(int epoch) const { return epoch - 1 < shares.moving_statistics * epochs; }
  bool scales_refitted(int epoch) const { return epoch - 1 < shares.refitted_scales * epochs; }
};

}  // namespace nac::fw

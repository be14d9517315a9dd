// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>

#include "pipeline/local/distillation.hpp"
#include "plugin/compress_proxy.hpp"

namespace nac::fw {

/// What goes with a unit of compression besides its row: all that it takes to go on after it, or to train it again.
struct UnitState {
  std::size_t pass = 0;     ///< its index in the chain
  bool pass_ended = false;  ///< the pass said so with this unit
  int train_epochs = 0;     ///< that the pass wanted
  Rewind rewind = Rewind::learning_rate;
  Distillation distillation;
  std::string early;   ///< artifact: ONNX with weights from early in the chain's first training; "" if none yet
  std::string before;  ///< artifact: ONNX of the model that the unit's step was given
  std::string plugin;  ///< what the pass saved

  std::string to_bytes() const;
  static UnitState from_bytes(const std::string &bytes);  ///< throws Error (NAC_DATA_LOSS)
};

}  // namespace nac::fw

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "engine/engine.hpp"
#include "nets.hpp"

namespace nac::fw::training {

/// What is trained of a net: "float"; "mask50" and "mask90", with that share of every layer's weights masked; "moving"
/// and "frozen", with 8-bit quantizers, batch statistics moving all the time or never.
struct Variant {
  Graph model;  ///< without the loss
  QuantizedTraining quantized;
};

/// `engine` calibrates the quantizers.
Variant make_variant(Nets &nets, Engine &engine, const std::string &net, const std::string &name);

}  // namespace nac::fw::training

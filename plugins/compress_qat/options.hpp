// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <string>

#include "compress_qat/fixed_point.hpp"
#include "nac/cpp/config.hpp"

namespace nac::compressing {

enum class distillation { automatic, on, off };

struct qat_options {
  static constexpr int kFloat = 32;  ///< a width that means: no quantizers

  int weight_bits = 8, activation_bits = 8, input_bits = 8;
  std::map<std::string, int> overrides;  ///< layer name -> bits of its weight and of the activation after it
  rounding round = rounding::half_even;  ///< of activations; weights are rounded to nearest, half to even
  overflow over = overflow::saturate;    ///< of activations; weights saturate
  bool per_channel = true, learned = true;
  double percentile = 99.9;
  uint64_t samples = 4096;
  uint32_t epochs = 20;
  distillation distill = distillation::automatic;
  bool mixed = false;
  double loss_budget = 0.02;
  uint32_t mixed_changes = 4, mixed_epochs = 5;

  bool quantizes() const { return weight_bits != kFloat; }
  bool distills() const;
  uint64_t fingerprint() const;
};

/// Throws NAC_INVALID_ARGUMENT saying which parameter is wrong and what is accepted.
qat_options qat_options_from(const config &c);
/// "rho3:8,phi0:6"
std::map<std::string, int> parse_overrides(const std::string &text);

}  // namespace nac::compressing

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "engine/engine.hpp"
#include "plugin/registry.hpp"
#include "plugin/task_proxy.hpp"

namespace nac::fw::bitexact {

struct Case {
  std::string preset, rounding;
  int bits = 8;
  double sparsity = 0;
};

/// A network that nobody trained, in training form: random weights and statistics (gammas of both signs), quantizers of
/// the pass `qat` calibrated on real samples, then scales moved up or down by a factor of 2 so that ranges overflow,
/// and random masks.
Graph make_model(const Registry &registry, const TaskProxy &task, Engine &engine, const Samples &calibration,
                 const Case &c);

/// Rows that go to the ends of every quantizer's range and between its steps: all lowest, all highest, halves of the
/// input's step and their neighbours in float32, zeros of both signs, subnormals.
Tensor adversarial_rows(const Graph &model, const Tensor &like);

/// Positions at which two predictions differ in any bit (-0 equals 0).
int64_t differences(const Tensor &a, const Tensor &b);

}  // namespace nac::fw::bitexact

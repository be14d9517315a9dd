// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "engine/training_steps.hpp"
#include "fused/runner.hpp"

namespace nac::fw::fused {

/// Inputs, then targets, as the graph's inputs are ordered.
std::vector<const Tensor *> tensors_of(const Samples &samples);
/// Samples that one pass over a data set takes at a time.
int64_t inference_batch(int64_t samples);
inline int64_t inference_batch(const Samples &samples) { return inference_batch(samples.count()); }

/// Predictions and mean loss of `count` samples, in order, with a plan for inference whose outputs are the graph's.
Inference infer_all(Runner &runner, State &state, const Graph &graph, const std::vector<const Tensor *> &data,
                    int64_t count);

}  // namespace nac::fw::fused

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "architecture.hpp"
#include "nac/cpp/graph.hpp"

namespace jets {

/// Input "constituents" [N, constituents, 3], output "logits" [N, 5]. Every layer of phi acts on each constituent alone
/// and the aggregation runs over axis 1, so with PhiNorm::feature the order of the constituents cannot matter.
void build_model(const DeepSet &net, int64_t constituents, PhiNorm phi_norm, nac::graph_builder &model);

/// Appends the input "label" [N] (int64, 0..4) and the mean cross entropy of softmax(logits); returns that scalar.
nac_value add_loss(nac::graph_builder &model);

}  // namespace jets

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "engine/engine.hpp"

namespace nac::fw {

/// Throws Error naming the first thing that makes a job impossible: recipe, callbacks, loss.
void check_job(const TrainJob &job);
/// Throws Error unless `samples` fit the graph's inputs, the last `target_count` of which are the targets: number,
/// element types, dimensions, equal row counts. `what` names them ("training samples").
void check_samples(const Graph &graph, uint32_t target_count, const Samples &samples, const std::string &what);
/// Throws Error unless `found` has the type and dimensions of a graph input, the batch aside, and `rows` rows.
void check_tensor(const Value &wanted, const Tensor &found, int64_t rows, const std::string &what);

/// Throws Error unless every parameter among these values has start values that can be trained.
void check_start_values(const Graph &graph, const std::vector<ValueId> &ids);

}  // namespace nac::fw

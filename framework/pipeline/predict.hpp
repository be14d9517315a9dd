// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <string>
#include <vector>

#include "engine/engine.hpp"
#include "graph/cost.hpp"
#include "pipeline/ports.hpp"

namespace nac::fw {

struct PredictOptions {
  std::string device = "auto";
  int batch_size = 1024;
};

/// Outputs of a graph with data for all rows of `inputs`: of a quantized one, in either form, by the integer evaluation
/// of its deployed form, which is what hardware computes; of any other by the engine. Whatever is reported of a network
/// comes from here.
std::vector<Tensor> predict(const Graph &graph, const std::vector<Tensor> &inputs, Engine &engine,
                            const PredictOptions &options = {});

/// The task's metrics of those outputs. Throws Error when the task gives another number of them than it declares.
std::vector<double> score(const Graph &graph, const std::string &split, const Samples &samples, const TaskPort &task,
                          Engine &engine, const PredictOptions &options = {});

/// What a network costs as it would be built, folded, masked, quantized and without what computes nothing.
struct BuiltCost {
  Graph deployed;
  Cost cost;
  double sparsity = 0;  ///< share of weights that are zero, of all that it had before dead units went
};
/// By the convention of `bops`; its widths are for networks whose precision is still open, here a layer without
/// quantizers is a float layer of 32 bits.
BuiltCost built_cost(const Graph &graph, BopsOptions bops);
/// "bops", "parameters", "macs" of it.
std::map<std::string, double> costs_as_built(const Graph &graph, BopsOptions bops);

}  // namespace nac::fw

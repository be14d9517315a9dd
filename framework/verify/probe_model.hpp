// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "graph/graph.hpp"
#include "services/model_observer.hpp"

namespace nac::fw::verify {

/// A small classifier with data: three layers, Relu between them, one batch normalization.
Graph probe_model(uint64_t seed);
/// Stands for a training: every parameter moves a little, the same way for the same seed.
void pretend_training(Graph &model, uint64_t seed);
/// Nodes, names and all data: equal for equal models only.
std::string signature_of(const Graph &model);
/// Throws Failed unless the model passes check() and its parameters have finite data.
void check_whole(const Graph &model, const std::string &when);

/// Measures without running anything: noise for values, the same for the same name and split; metrics and costs that
/// depend on the model alone. Refuses what no pass may ask, and notes it.
class ProbeObserver final : public ModelObserver {
 public:
  Tensor values(const Graph &model, ValueId value, const std::string &split, uint64_t samples) const override;
  std::vector<double> metrics(const Graph &model) const override;
  double cost(const Graph &model, const std::string &name) const override;
  int direction(uint32_t metric) const override { return metric == 0 ? -1 : 0; }
};

}  // namespace nac::fw::verify

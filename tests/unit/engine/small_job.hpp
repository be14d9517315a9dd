// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <vector>

#include "engine/engine.hpp"
#include "nac/graph.h"

namespace test {

/// y = w * x with the mean of squared differences to t: a graph that passes check_job, and one sample a row.
struct SmallJob {
  nac::fw::Graph graph;
  nac::fw::TrainJob job;

  explicit SmallJob(int64_t rows = 4) {
    using namespace nac::fw;
    const ValueId x = graph.add_input("x", DType::f32, {-1, 1});
    const ValueId w = graph.add_parameter("w", {1}, Init{NAC_INIT_UNIFORM, 1});
    const auto node = [&](const char *op, ValueId a, ValueId b) {
      return graph.node(graph.add_node("", op, {a, b})).outputs.at(0);
    };
    const ValueId y = node("Mul", x, w);
    graph.add_output("y", y);
    const ValueId d = node("Sub", y, graph.add_input("t", DType::f32, {-1, 1}));
    const ValueId loss =
        graph.node(graph.add_node("", "ReduceMean", {node("Mul", d, d)}, {{"keepdims", int64_t{0}}})).outputs.at(0);
    job.graph = &graph;
    job.loss = loss;
    job.recipe.epochs = 5;
    job.recipe.batch_size = 2;
    job.device = "cpu";
    job.train_samples = [samples = samples_of(rows)](int) { return samples; };
  }
  SmallJob(const SmallJob &) = delete;
  SmallJob &operator=(const SmallJob &) = delete;

  static std::shared_ptr<const nac::fw::Samples> samples_of(int64_t rows) {
    auto samples = std::make_shared<nac::fw::Samples>();
    samples->inputs = {nac::fw::Tensor(nac::fw::DType::f32, {rows, 1})};
    samples->targets = samples->inputs;
    return samples;
  }
};

}  // namespace test

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "engine/engine.hpp"
#include "graph/cost.hpp"
#include "pipeline/ports.hpp"
#include "study/study.hpp"

namespace nac::fw {

struct MetricValue {
  MetricInfo info;
  double value = 0;
};

struct Evaluation {
  std::string source;  ///< file name, or "trial 12"
  std::string split;
  int64_t samples = 0;
  std::vector<MetricValue> metrics;  ///< in the order of the task
  Cost cost;
  double seconds = 0;  ///< of the forward passes
};

struct EvaluateOptions {
  std::string split = "validation";
  std::string device = "auto";
  int batch_size = 1024;
  BopsOptions bops;
};

/// Every metric of the task for a graph with data. Throws Error when the graph's inputs are not those of the task,
/// naming both, or the split is empty.
Evaluation evaluate(const Graph &graph, const std::string &source, const TaskPort &task, Engine &engine,
                    const EvaluateOptions &options = {});
/// The same for ONNX bytes, ours or others; `source` names them in errors.
Evaluation evaluate_onnx(const std::string &bytes, const std::string &source, const TaskPort &task, Engine &engine,
                         const EvaluateOptions &options = {});
/// The same for the stored model of a trial. Throws Error for trials without one, saying why there is none.
Evaluation evaluate_trial(const Study &study, uint64_t trial, const TaskPort &task, Engine &engine,
                          const EvaluateOptions &options = {});

}  // namespace nac::fw

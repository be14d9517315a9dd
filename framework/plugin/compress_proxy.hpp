// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "graph/graph.hpp"
#include "plugin/registry.hpp"
#include "services/call.hpp"
#include "services/model_observer.hpp"

namespace nac::fw {

enum class Rewind { learning_rate, weights, none };

/// See nac/compress.h.
struct CompressStep {
  int train_epochs = 0;
  bool finished = false;
  bool undo = false;
  Rewind rewind = Rewind::learning_rate;
  double teacher_share = 0, temperature = 1;
};

/// A compression pass behind its table. One call at a time.
class CompressProxy {
 public:
  struct Setup {
    uint32_t metric_count = 1;
    uint64_t seed = 0;
    const ModelObserver *observer = nullptr;  ///< must outlive it
  };
  CompressProxy(const PluginObject &object, const Config &config, const Setup &setup);
  ~CompressProxy();

  const PluginObject &object() const;
  /// Edits the model, which is checked afterwards: still a graph, with the same inputs and outputs (names, types,
  /// shapes), every parameter with data. Throws Error naming the plugin otherwise; the model may be half edited then.
  CompressStep step(Graph &model, const std::vector<double> &metrics);
  std::string save();
  void load(const std::string &state);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace nac::fw

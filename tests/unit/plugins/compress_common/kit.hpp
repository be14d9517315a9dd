// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "fixed/fold.hpp"
#include "fixed/layers.hpp"
#include "graph/graph.hpp"
#include "nac/compress.h"
#include "plugin/compress_proxy.hpp"
#include "plugin/task_proxy.hpp"
#include "services/model_observer.hpp"

namespace kit {

using nac::fw::CompressProxy;
using nac::fw::CompressStep;
using nac::fw::Graph;
using nac::fw::ValueId;
using Parameters = std::map<std::string, nac::fw::ConfigValue>;

/// Answers with what a test says; without that, noise: equal questions get equal answers.
struct FakeObserver final : nac::fw::ModelObserver {
  /// By name of the value.
  std::map<std::string, std::vector<float>> told;
  std::function<std::vector<double>(const Graph &)> measured = [](const Graph &) { return std::vector<double>{0.25}; };
  std::function<double(const Graph &)> priced = [](const Graph &) { return 1.0; };
  int better = -1;
  mutable std::vector<std::string> asked;  ///< names of observed values

  nac::fw::Tensor values(const Graph &model, ValueId value, const std::string &split, uint64_t samples) const override;
  std::vector<double> metrics(const Graph &model) const override { return measured(model); }
  double cost(const Graph &model, const std::string &) const override { return priced(model); }
  int direction(uint32_t metric) const override { return metric == 0 ? better : 0; }
};

/// A bundled compression pass behind its proxy, from the plugin's library.
struct Pass {
  explicit Pass(const std::string &name, const Parameters &parameters = {},
                std::shared_ptr<FakeObserver> watch = std::make_shared<FakeObserver>());
  std::shared_ptr<FakeObserver> observer;
  std::unique_ptr<CompressProxy> proxy;
  CompressStep step(Graph &model, double metric = 0.25) { return proxy->step(model, {metric}); }
};

/// A preset of a bundled task on little synthetic data, its parameters initialized.
Graph preset(const std::string &task, const std::string &name, const Parameters &parameters);
std::vector<std::string> presets(const std::string &task, const Parameters &parameters);

std::vector<float> floats(const Graph &graph, const std::string &name);
/// The Quant whose result is made from the value: its node; 0: none.
nac::fw::NodeId quant_after(const Graph &graph, ValueId value);
int quant_count(const Graph &graph);
/// Bits, and f of the first scale 2^-f.
int width_of(const Graph &graph, nac::fw::NodeId quant);
int fraction_of(const Graph &graph, nac::fw::NodeId quant);

}  // namespace kit

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "graph/graph.hpp"
#include "plugin/registry.hpp"

namespace nac::fw {

/// A cost that a backend predicts and measures; less is better.
struct BackendQuantity {
  std::string name;  ///< "lut", "latency_ns"
  std::string unit;  ///< "ns", "%", "cycles", "" ...
};

struct EstimateRange {
  std::vector<double> low, high;
};

/// How a long call reports and is stopped.
struct BackendCall {
  const std::atomic<bool> *cancel = nullptr;
  std::function<void(double, const std::string &)> progress;
};

/// A hardware backend behind its table. One call at a time. Errors name the plugin; a status NAC_INFEASIBLE or
/// NAC_UNSUPPORTED travels as the Error's.
class BackendProxy {
 public:
  BackendProxy(const PluginObject &object, const Config &config);
  ~BackendProxy();

  const PluginObject &object() const;
  const std::vector<BackendQuantity> &quantities() const;
  /// The first node of the graph that the backend cannot build, with its reason; nothing: it builds all.
  std::optional<std::string> unsupported(const Graph &deployed) const;
  /// One value per quantity; NaN: not known.
  std::vector<double> estimate(const Graph &model) const;
  /// Nothing: the backend states no ranges.
  std::optional<EstimateRange> estimate_range(const Graph &model) const;
  /// Writes the project into `folder`, which must exist and be empty.
  void emit(const Graph &deployed, const std::filesystem::path &folder, const BackendCall &call = {});
  /// False: the backend writes none. `expected`: f64. After emit(), into the same folder.
  bool testbench(const std::vector<Tensor> &inputs, const std::vector<Tensor> &expected,
                 const std::filesystem::path &folder, const BackendCall &call = {});
  /// Outputs as f64, of the graph that emit() was given; checked: their number, types, and shapes [rows, ...].
  std::vector<Tensor> simulate(const std::vector<Tensor> &inputs, const BackendCall &call = {});
  /// Values by quantity; an Error of NAC_UNAVAILABLE: the vendor's tools are not there.
  std::vector<double> build(const std::filesystem::path &project, const BackendCall &call = {});
  std::vector<double> read_reports(const std::filesystem::path &folder) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace nac::fw

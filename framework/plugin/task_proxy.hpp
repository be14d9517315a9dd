// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "graph/graph.hpp"
#include "graph/samples.hpp"
#include "plugin/registry.hpp"
#include "services/call.hpp"
#include "services/config.hpp"
#include "services/space.hpp"

namespace nac::fw {

struct TensorInfo {
  std::string name;
  Shape shape;  ///< without the batch
  DType dtype = DType::f32;
};
struct MetricInfo {
  std::string name, unit, summary;
  int direction = -1;  ///< -1: smaller is better, +1: larger is better
};
struct PresetInfo {
  std::string name, summary;
};
struct TaskInfo {
  bool augments = false;
  std::vector<TensorInfo> inputs, targets;
  std::vector<MetricInfo> metrics;
  std::vector<PresetInfo> presets;
};

/// The candidate cannot be built; not a failure.
class Infeasible : public Error {
 public:
  explicit Infeasible(const std::string &reason) : Error(reason, NAC_INFEASIBLE) {}
};

/// A task object behind its table: guards every call, checks everything the plugin returns, adds "plugin <id>
/// <version>: <function>: " to its errors. Safe from any thread at the level the descriptor declares.
class TaskProxy {
 public:
  TaskProxy(const PluginObject &object, const Config &config);
  ~TaskProxy();

  const PluginObject &object() const;
  const TaskInfo &info() const;
  const Space &space() const;                         ///< asked once
  Graph build(const Point &point) const;              ///< checked; throws Infeasible or Error
  Graph build_preset(const std::string &name) const;  ///< throws UsageError naming the presets there are
  /// `model` with the loss appended: ids of the model survive.
  struct WithLoss {
    Graph graph;
    ValueId loss = 0;
  };
  WithLoss with_loss(const Graph &model) const;
  uint64_t size(const std::string &split) const;
  Samples read(const std::string &split, const std::vector<uint64_t> &index, uint64_t stream) const;
  Samples read_all(const std::string &split, uint64_t stream) const;
  /// Metrics of predictions (one tensor per graph output) against targets.
  std::vector<double> metrics(const std::string &split, const std::vector<Tensor> &predictions,
                              const std::vector<Tensor> &targets) const;
  std::string describe() const;
  std::string fingerprint() const;
  /// What the data determined, as parameters of the task; checked against its descriptor.
  std::map<std::string, ConfigValue> fitted() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace nac::fw

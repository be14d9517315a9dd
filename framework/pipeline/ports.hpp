// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "plugin/backend_proxy.hpp"
#include "plugin/search_proxy.hpp"
#include "plugin/task_proxy.hpp"

namespace nac::fw {

/// What the pipeline needs of a task: the members of TaskProxy. Callable from several threads at a time.
class TaskPort {
 public:
  virtual ~TaskPort() = default;
  virtual std::string id() const = 0;
  virtual const TaskInfo &info() const = 0;
  virtual const Space &space() const = 0;
  virtual Graph build(const Point &point) const = 0;
  virtual Graph build_preset(const std::string &name) const = 0;
  virtual TaskProxy::WithLoss with_loss(const Graph &model) const = 0;
  virtual Samples read_all(const std::string &split, uint64_t stream) const = 0;
  virtual std::vector<double> metrics(const std::string &split, const std::vector<Tensor> &predictions,
                                      const std::vector<Tensor> &targets) const = 0;
  virtual std::string describe() const = 0;
  virtual std::string fingerprint() const = 0;
  virtual std::map<std::string, ConfigValue> fitted() const = 0;
};

/// What the pipeline needs of a search: the members of SearchProxy. Driven from one thread.
class SearchPort {
 public:
  virtual ~SearchPort() = default;
  virtual AskOutcome ask(uint64_t trial, Point &point) = 0;
  virtual void tell(uint64_t trial, nac_status status, const Point &point, const std::vector<double> &minimized) = 0;
};
/// Makes a search that has seen nothing; the pipeline calls it once per run and replays the study into it.
using SearchFactory = std::function<std::unique_ptr<SearchPort>(const SearchProxy::Setup &setup)>;

/// What the pipeline needs of a hardware backend: the members of BackendProxy. One call at a time.
class BackendPort {
 public:
  virtual ~BackendPort() = default;
  virtual std::string id() const = 0;
  virtual const std::vector<BackendQuantity> &quantities() const = 0;
  virtual std::optional<std::string> unsupported(const Graph &deployed) const = 0;
  virtual std::vector<double> estimate(const Graph &model) const = 0;
  virtual std::optional<EstimateRange> estimate_range(const Graph &model) const = 0;
  virtual void emit(const Graph &deployed, const std::filesystem::path &folder, const BackendCall &call) = 0;
  virtual bool testbench(const std::vector<Tensor> &inputs, const std::vector<Tensor> &expected,
                         const std::filesystem::path &folder, const BackendCall &call) = 0;
  virtual std::vector<Tensor> simulate(const std::vector<Tensor> &inputs, const BackendCall &call) = 0;
  virtual std::vector<double> build(const std::filesystem::path &project, const BackendCall &call) = 0;
  virtual std::vector<double> read_reports(const std::filesystem::path &folder) const = 0;
};
/// Makes a backend with these parameters, given over its defaults.
using BackendFactory = std::function<std::unique_ptr<BackendPort>(const std::map<std::string, ConfigValue> &given)>;

std::unique_ptr<TaskPort> make_task_port(const PluginObject &object, const Config &config);
/// `space` must outlive the port.
std::unique_ptr<SearchPort> make_search_port(const PluginObject &object, const Config &config, const Space &space,
                                             const SearchProxy::Setup &setup);
std::unique_ptr<BackendPort> make_backend_port(const PluginObject &object, const Config &config);

}  // namespace nac::fw

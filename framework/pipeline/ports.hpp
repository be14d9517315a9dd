// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

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

std::unique_ptr<TaskPort> make_task_port(const PluginObject &object, const Config &config);
/// `space` must outlive the port.
std::unique_ptr<SearchPort> make_search_port(const PluginObject &object, const Config &config, const Space &space,
                                             const SearchProxy::Setup &setup);

}  // namespace nac::fw

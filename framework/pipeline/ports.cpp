// SPDX-License-Identifier: Apache-2.0
#include "pipeline/ports.hpp"

namespace nac::fw {
namespace {

class ProxyTask final : public TaskPort {
 public:
  ProxyTask(const PluginObject &object, const Config &config) : proxy_(object, config) {}
  std::string id() const override { return proxy_.object().descriptor->id; }
  const TaskInfo &info() const override { return proxy_.info(); }
  const Space &space() const override { return proxy_.space(); }
  Graph build(const Point &point) const override { return proxy_.build(point); }
  Graph build_preset(const std::string &name) const override { return proxy_.build_preset(name); }
  TaskProxy::WithLoss with_loss(const Graph &model) const override { return proxy_.with_loss(model); }
  Samples read_all(const std::string &split, uint64_t stream) const override { return proxy_.read_all(split, stream); }
  std::vector<double> metrics(const std::string &split, const std::vector<Tensor> &predictions,
                              const std::vector<Tensor> &targets) const override {
    return proxy_.metrics(split, predictions, targets);
  }
  std::string describe() const override { return proxy_.describe(); }
  std::string fingerprint() const override { return proxy_.fingerprint(); }
  std::map<std::string, ConfigValue> fitted() const override { return proxy_.fitted(); }

 private:
  TaskProxy proxy_;
};

class ProxySearch final : public SearchPort {
 public:
  ProxySearch(const PluginObject &object, const Config &config, const Space &space, const SearchProxy::Setup &setup)
      : proxy_(object, config, space, setup) {}
  AskOutcome ask(uint64_t trial, Point &point) override { return proxy_.ask(trial, point); }
  void tell(uint64_t trial, nac_status status, const Point &point, const std::vector<double> &minimized) override {
    proxy_.tell(trial, status, point, minimized);
  }

 private:
  SearchProxy proxy_;
};

class ProxyBackend final : public BackendPort {
 public:
  ProxyBackend(const PluginObject &object, const Config &config) : proxy_(object, config) {}
  std::string id() const override { return proxy_.object().descriptor->id; }
  const std::vector<BackendQuantity> &quantities() const override { return proxy_.quantities(); }
  std::optional<std::string> unsupported(const Graph &deployed) const override { return proxy_.unsupported(deployed); }
  std::vector<double> estimate(const Graph &model) const override { return proxy_.estimate(model); }
  std::optional<EstimateRange> estimate_range(const Graph &model) const override {
    return proxy_.estimate_range(model);
  }
  void emit(const Graph &deployed, const std::filesystem::path &folder, const BackendCall &call) override {
    proxy_.emit(deployed, folder, call);
  }
  bool testbench(const std::vector<Tensor> &inputs, const std::vector<Tensor> &expected,
                 const std::filesystem::path &folder, const BackendCall &call) override {
    return proxy_.testbench(inputs, expected, folder, call);
  }
  std::vector<Tensor> simulate(const std::vector<Tensor> &inputs, const BackendCall &call) override {
    return proxy_.simulate(inputs, call);
  }
  std::vector<double> build(const std::filesystem::path &project, const BackendCall &call) override {
    return proxy_.build(project, call);
  }
  std::vector<double> read_reports(const std::filesystem::path &folder) const override {
    return proxy_.read_reports(folder);
  }

 private:
  BackendProxy proxy_;
};

}  // namespace

std::unique_ptr<TaskPort> make_task_port(const PluginObject &object, const Config &config) {
  return std::make_unique<ProxyTask>(object, config);
}

std::unique_ptr<SearchPort> make_search_port(const PluginObject &object, const Config &config, const Space &space,
                                             const SearchProxy::Setup &setup) {
  return std::make_unique<ProxySearch>(object, config, space, setup);
}

std::unique_ptr<BackendPort> make_backend_port(const PluginObject &object, const Config &config) {
  return std::make_unique<ProxyBackend>(object, config);
}

}  // namespace nac::fw

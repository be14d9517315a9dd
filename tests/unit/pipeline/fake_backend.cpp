// SPDX-License-Identifier: Apache-2.0
#include "fake_backend.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "fixed/integer_model.hpp"
#include "graph/cost.hpp"
#include "pipeline/hardware/compare.hpp"
#include "services/files.hpp"

namespace fakes {
namespace {

using namespace nac::fw;

class Backend final : public BackendPort {
 public:
  Backend(BackendPlan &plan, const std::map<std::string, ConfigValue> &given) : plan_(plan) {
    ++plan.made;
    if (const auto at = given.find("reuse_factor"); at != given.end()) reuse_ = std::get<int64_t>(at->second);
  }
  std::string id() const override { return "fake.backend"; }
  const std::vector<BackendQuantity> &quantities() const override {
    static const std::vector<BackendQuantity> all{{"lut", ""}, {"lut_percent", "%"}, {"latency_ns", "ns"}, {"dsp", ""}};
    return all;
  }
  std::optional<std::string> unsupported(const Graph &deployed) const override {
    for (const NodeId id : deployed.topological())
      if (deployed.node(id).op == plan_.unsupported) return "node '" + plan_.unsupported + "' cannot be built";
    return std::nullopt;
  }
  std::vector<double> estimate(const Graph &model) const override {
    ++plan_.estimated;
    if (reuse_ == 3) throw Error("reuse_factor 3 is not legal; legal are 1, 2 and 4", NAC_INFEASIBLE);
    const double lut = static_cast<double>(cost_of(model, {}).parameters) / static_cast<double>(reuse_);
    return {lut, lut / 10, static_cast<double>(reuse_), std::numeric_limits<double>::quiet_NaN()};
  }
  std::optional<EstimateRange> estimate_range(const Graph &model) const override {
    EstimateRange range{estimate(model), estimate(model)};
    range.low[0] *= 0.5;
    range.high[0] *= 2;
    return range;
  }
  void emit(const Graph &deployed, const std::filesystem::path &folder, const BackendCall &) override {
    if (plan_.emit_fails) throw Error("the disk is full");
    if (!std::filesystem::is_empty(folder)) throw Error("the folder is not empty");
    ++plan_.emitted;
    graph_ = deployed;
    write_file_below(folder, "firmware/top.cpp", fmt::format("reuse {}", reuse_));
  }
  bool testbench(const std::vector<Tensor> &inputs, const std::vector<Tensor> &expected,
                 const std::filesystem::path &folder, const BackendCall &) override {
    write_file_below(folder, "tb/rows.txt",
                     fmt::format("{} {}", inputs.at(0).shape().at(0), expected.at(0).shape().at(0)));
    return true;
  }
  std::vector<Tensor> simulate(const std::vector<Tensor> &inputs, const BackendCall &) override {
    std::vector<Tensor> all;
    bool wrong = false;
    const std::vector<IntegerTensor> integers = IntegerModel(graph_).integers(inputs);
    for (std::size_t i = 0; i < integers.size(); ++i) all.push_back(doubles_of(integers[i]));
    if (plan_.wrong_value.empty()) return all;
    // In the order of computation, as an error in one layer travels.
    for (const NodeId id : graph_.topological()) {
      const ValueId value = graph_.node(id).outputs.at(0);
      wrong = wrong || graph_.value(value).name == plan_.wrong_value;
      const auto at = std::find(graph_.outputs().begin(), graph_.outputs().end(), value);
      if (wrong && at != graph_.outputs().end())
        all[static_cast<std::size_t>(at - graph_.outputs().begin())].mutable_data<double>()[0] += 0.5;
    }
    return all;
  }
  std::vector<double> build(const std::filesystem::path &, const BackendCall &) override {
    if (!plan_.tools) throw Error("vitis-run is not there", NAC_UNAVAILABLE);
    return reports();
  }
  std::vector<double> read_reports(const std::filesystem::path &) const override { return reports(); }

 private:
  std::vector<double> reports() const {
    const double none = std::numeric_limits<double>::quiet_NaN();
    return {plan_.report, none, none, none};
  }
  BackendPlan &plan_;
  int64_t reuse_ = 1;
  Graph graph_;
};

}  // namespace

BackendFactory backend_factory(BackendPlan &plan) {
  return [&plan](const std::map<std::string, ConfigValue> &given) { return std::make_unique<Backend>(plan, given); };
}

}  // namespace fakes

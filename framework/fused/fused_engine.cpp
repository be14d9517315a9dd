// SPDX-License-Identifier: Apache-2.0
#include "fused/fused_engine.hpp"

#include "base/error.hpp"

namespace nac::fw {
namespace {

/// The engine as far as it goes: no graph has a plan yet.
class FusedEngine final : public PlannedEngine {
 public:
  EngineInfo info() const override { return {"fused", "1", "", false, {"cpu"}}; }

  std::optional<Lack> lacks(const Graph &graph, ValueId) const override {
    for (const NodeId id : graph.topological())
      return Lack{graph.node(id).op, "'" + graph.value(graph.node(id).outputs.at(0)).name + "'"};
    return Lack{"plan for graphs without nodes", ""};
  }

  TrainResult train(const TrainJob &) override { refuse(); }
  std::vector<Tensor> forward(const Graph &, const std::vector<Tensor> &, int, const std::string &) override {
    refuse();
  }
  std::map<std::string, Tensor> gradients(const Graph &, ValueId, const Samples &, double *) override { refuse(); }

 private:
  [[noreturn]] static void refuse() {
    throw Error("the fused engine has no plan for this graph", NAC_FAILED_PRECONDITION);
  }
};

}  // namespace

PlannedEngine &fused_engine() {
  static FusedEngine engine;
  return engine;
}

}  // namespace nac::fw

// SPDX-License-Identifier: Apache-2.0
#include "fused/fused_engine.hpp"

#include "base/error.hpp"
#include "engine/checks.hpp"
#include "engine/training_loop.hpp"
#include "fused/flush_to_zero.hpp"
#include "fused/inference.hpp"
#include "fused/plan/planner.hpp"
#include "fused/target_name.hpp"
#include "fused/training.hpp"

namespace nac::fw {
namespace fused {
namespace {

constexpr const char *kVersion = "1";

class FusedEngine final : public PlannedEngine {
 public:
  EngineInfo info() const override {
    EngineInfo info;
    info.name = kEngineName;
    info.version = std::string(kVersion) + " (" + target_name() + ")";
    info.devices = {"cpu"};
    return info;
  }

  std::optional<Lack> lacks(const Graph &graph, ValueId loss) const override {
    try {
      if (loss == 0) {
        make_plan(graph, 0, graph.outputs(), Mode::inference, kWidthStep);
        return std::nullopt;
      }
      make_plan(graph, loss, {}, Mode::training, kWidthStep);
      if (QuantizedGraph::has_quantizers(graph)) make_plan(graph, loss, {}, Mode::frozen, kWidthStep);
      make_plan(graph, loss, graph.outputs(), Mode::inference, kWidthStep);
      return std::nullopt;
    } catch (const Unplanned &e) {
      return e.lack();
    }
  }

  TrainResult train(const TrainJob &job) override {
    check_job(job);
    check_device(job.device);
    try {
      Training steps(job);
      return run_training(job, steps);
    } catch (const std::bad_alloc &e) {
      return out_of_memory_at_start("cpu", e);
    }
  }

  std::vector<Tensor> forward(const Graph &graph, const std::vector<Tensor> &inputs, int batch_size,
                              const std::string &device) override {
    if (batch_size < 1)
      throw Error("batch_size = " + std::to_string(batch_size) + "; accepted: 1 and more", NAC_INVALID_ARGUMENT);
    check_device(device);
    const FlushToZero scope;
    if (inputs.empty()) throw Error("the outputs depend on no input", NAC_INVALID_ARGUMENT);
    const int64_t count = inputs[0].shape().at(0);
    std::vector<const Tensor *> data;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      if (i < graph.inputs().size()) check_tensor(graph.value(graph.inputs()[i]), inputs[i], count, "inputs");
      data.push_back(&inputs[i]);
    }
    const TrainedValues values = trained_values(graph, graph.outputs());
    for (std::size_t i = data.size(); i < graph.inputs().size(); ++i)
      if (reaches(graph, graph.inputs()[i]))
        throw Error("the outputs depend on input " + std::to_string(i + 1) + ", '" +
                        graph.value(graph.inputs()[i]).name + "', but " + std::to_string(inputs.size()) +
                        " inputs were given",
                    NAC_INVALID_ARGUMENT);
    State state(graph, values.parameters, values.learned_scales, values.statistics);
    Runner runner(make_plan(graph, 0, graph.outputs(), Mode::inference, inference_batch(count)));
    return infer_all(runner, state, graph, data, count).predictions;
  }

  std::map<std::string, Tensor> gradients(const Graph &graph, ValueId loss, const Samples &batch,
                                          double *loss_value) override {
    check_samples(graph, static_cast<uint32_t>(batch.targets.size()), batch, "batch");
    const FlushToZero scope;
    const TrainedValues values = trained_values(graph, {loss});
    State state(graph, values.parameters, values.learned_scales, values.statistics);
    const int64_t count = batch.count();
    Runner runner(make_plan(graph, loss, {}, Mode::training, count));
    std::vector<int64_t> order(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<int64_t>(i);
    state.clear_gradients();
    const double value = runner.train(state, tensors_of(batch), order.data(), count, nullptr);
    if (loss_value != nullptr) *loss_value = value;
    std::map<std::string, Tensor> result;
    for (const ValueId id : values.parameters) {
      const Value &parameter = graph.value(id);
      const float *g = state.gradient(id);
      result.emplace(parameter.name, Tensor::of<float>(parameter.shape, {g, g + parameter.data->elements()}));
    }
    return result;
  }

 private:
  static void check_device(const std::string &device) {
    if (device != "auto" && device != "cpu")
      throw Error("device = '" + device + "': the fused engine computes on the CPU; accepted: auto, cpu",
                  NAC_INVALID_ARGUMENT);
  }
  static bool reaches(const Graph &graph, ValueId input) {
    std::vector<ValueId> open = graph.outputs();
    std::set<ValueId> seen;
    while (!open.empty()) {
      const ValueId id = open.back();
      open.pop_back();
      if (id == 0 || !seen.insert(id).second) continue;
      if (id == input) return true;
      const Value &value = graph.value(id);
      if (value.kind != ValueKind::result) continue;
      const Node &node = graph.node(value.producer);
      open.insert(open.end(), node.inputs.begin(), node.inputs.end());
    }
    return false;
  }
};

}  // namespace
}  // namespace fused

PlannedEngine &fused_engine() {
  static fused::FusedEngine engine;
  return engine;
}

}  // namespace nac::fw

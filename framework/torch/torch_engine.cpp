// SPDX-License-Identifier: Apache-2.0
#include <malloc.h>
#include <torch/version.h>

#include "base/error.hpp"
#include "engine/checks.hpp"
#include "engine/training_loop.hpp"
#include "torch/blas.hpp"
#include "torch/evaluator.hpp"
#include "torch/failure.hpp"
#include "torch/scope.hpp"
#include "torch/trainer.hpp"

namespace nac::fw::libtorch {
namespace {

class TorchEngine final : public Engine {
 public:
  EngineInfo info() const override {
    const BlasInfo blas = find_blas();
    const char *note =
        blas.concurrent ? "" : " (built without threads: trainings take turns; install libopenblas0-pthread)";
    return {kEngineName, TORCH_VERSION, blas.name + note, blas.reference, device_names()};
  }

  TrainResult train(const TrainJob &job) override {
    check_job(job);
    const at::Device device = resolve_device(job.device);
    const CallScope scope(device);
    try {
      return Trainer(job, device, cache_).run();
    } catch (const std::exception &e) {
      if (!is_out_of_memory(e)) throw_described(e, {});
      return out_of_memory_at_start(device.str(), e);
    }
  }

  std::vector<Tensor> forward(const Graph &graph, const std::vector<Tensor> &inputs, int batch_size,
                              const std::string &device_text) override {
    if (batch_size < 1)
      throw Error("batch_size = " + std::to_string(batch_size) + "; accepted: 1 and more", NAC_INVALID_ARGUMENT);
    const at::Device device = resolve_device(device_text);
    const CallScope scope(device);
    const Evaluator evaluator(graph, 0, device.is_cpu());
    const std::vector<at::Tensor> bound = bind(graph, evaluator.program(), inputs, device);
    const State state(graph, evaluator.program(), device);
    std::string failed_at;
    try {
      const ComputeScope compute;
      return evaluator.run(state, bound, batch_size, &failed_at).predictions;
    } catch (const std::exception &e) {
      throw_described(e, failed_at);
    }
  }

  std::map<std::string, Tensor> gradients(const Graph &graph, ValueId loss, const Samples &batch,
                                          double *loss_value) override {
    check_samples(graph, static_cast<uint32_t>(batch.targets.size()), batch, "batch");
    const CallScope scope(at::kCPU);
    const Program program(graph, {loss}, true);
    const State state(graph, program, at::kCPU);
    Frame frame = state.frame(program, true);
    std::vector<Tensor> all = batch.inputs;
    all.insert(all.end(), batch.targets.begin(), batch.targets.end());
    for (std::size_t i = 0; i < all.size(); ++i) frame.values.at(graph.inputs()[i]) = borrow(all[i]);
    std::string failed_at;
    try {
      const ComputeScope compute;
      const at::AutoGradMode on(true);
      program.run(frame, &failed_at);
      const at::Tensor value = frame.values[loss];
      if (value.numel() != 1)
        throw Error(
            "'" + graph.value(loss).name + "' is not a scalar: it has " + std::to_string(value.numel()) + " elements",
            NAC_INVALID_ARGUMENT);
      if (loss_value != nullptr) *loss_value = value.item<double>();
      const auto found = torch::autograd::grad({value}, state.leaves(), {}, false, false, true);
      std::map<std::string, Tensor> result;
      for (std::size_t i = 0; i < found.size(); ++i) {
        const at::Tensor g = found[i].defined() ? found[i] : at::zeros_like(state.leaves()[i]);
        result.emplace(graph.value(program.parameters()[i]).name, copy_from(g.detach()));
      }
      return result;
    } catch (const std::exception &e) {
      throw_described(e, failed_at);
    }
  }

 private:
  /// The first inputs.size() inputs of the graph are these; the outputs may depend on no other.
  static std::vector<at::Tensor> bind(const Graph &graph, const Program &program, const std::vector<Tensor> &inputs,
                                      at::Device device) {
    std::vector<at::Tensor> bound;
    for (const ValueId id : program.inputs()) {
      std::size_t position = 0;
      while (graph.inputs()[position] != id) ++position;
      const Value &value = graph.value(id);
      if (position >= inputs.size())
        throw Error("the outputs depend on input " + std::to_string(position + 1) + ", '" + value.name + "', but " +
                        std::to_string(inputs.size()) + " inputs were given",
                    NAC_INVALID_ARGUMENT);
      check_tensor(value, inputs[position], inputs[0].shape().at(0), "inputs");
      bound.push_back(device.is_cpu() ? borrow(inputs[position]) : copy_to(inputs[position], device));
    }
    if (bound.empty()) throw Error("the outputs depend on no input", NAC_INVALID_ARGUMENT);
    return bound;
  }

  SampleCache cache_;
};

/// LibTorch allocates and frees the same large blocks in every step; glibc would give each back to the system and fault
/// it in again (5,000 to 20,000 page faults a step at batch 4096). 32 MiB is the largest threshold glibc accepts.
void keep_freed_memory() {
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 512 << 20);
  mallopt(M_TOP_PAD, 16 << 20);
}

}  // namespace
}  // namespace nac::fw::libtorch

/// Never destroyed: LibTorch's own statics may go first at exit.
extern "C" __attribute__((visibility("default"))) nac::fw::Engine *nac_engine_v1() {
  static nac::fw::Engine *engine = [] {
    nac::fw::libtorch::keep_freed_memory();
    nac::fw::libtorch::limit_blas_threads();
    return new nac::fw::libtorch::TorchEngine;
  }();
  return engine;
}

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <mutex>
#include <set>
#include <string>

#include "engine/choice.hpp"
#include "engine/planned_engine.hpp"

namespace nac::fw {

/// The engines there are, and who hears which of them is used.
struct EngineParts {
  PlannedEngine &fused;
  std::function<Engine &()> torch;      ///< torch_engine: loads it; throws Error where it is not installed
  std::function<bool()> gpu_may_exist;  ///< false where LibTorch need not be asked for one
  /// Each text once, from any thread, one at a time. May be empty.
  std::function<void(const std::string &)> note = {};
  std::function<void(const EngineInfo &)> torch_loaded = {};
};

/// The engine that a manifest asks for. Each call goes to the fused engine or to LibTorch, which is loaded only when a
/// call goes there; docs/manifest.md says which. A graph for which the wanted engine has no plan is an Error that names
/// the node.
class ChosenEngine final : public Engine {
 public:
  ChosenEngine(EngineChoice choice, EngineParts parts);

  /// Of the engine that most calls go to: LibTorch's where it was chosen, else the fused engine's.
  EngineInfo info() const override;
  TrainResult train(const TrainJob &job) override;
  std::vector<Tensor> forward(const Graph &graph, const std::vector<Tensor> &inputs, int batch_size,
                              const std::string &device) override;
  std::map<std::string, Tensor> gradients(const Graph &graph, ValueId loss, const Samples &batch,
                                          double *loss_value) override;

 private:
  /// The engine for a graph, and why it is not the fused one.
  struct Route {
    Engine *engine;
    std::string note;  ///< empty for the engine itself
  };
  Route route(const Graph &graph, ValueId loss, const std::string &device);
  Route without_plan(const Lack &lack);
  /// "auto" is LibTorch's device when it has a GPU.
  bool on_gpu(const std::string &device);
  Engine &torch();
  void say(const std::string &text);

  const EngineChoice choice_;
  const EngineParts parts_;
  std::mutex mutex_, note_mutex_;
  Engine *torch_ = nullptr;  ///< once loaded
  int gpu_ = -1;             ///< -1: not asked yet
  std::set<std::string> said_;
};

/// Whether this machine has what LibTorch would need to find a GPU: a driver's device file.
bool gpu_may_exist();

}  // namespace nac::fw

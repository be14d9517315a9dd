// SPDX-License-Identifier: Apache-2.0
#include "engine/chosen_engine.hpp"

#include <algorithm>
#include <filesystem>

#include "base/error.hpp"
#include "engine/checkpoint.hpp"
#include "engine/checks.hpp"

namespace nac::fw {
namespace {

/// Of EngineInfo::devices.
bool is_gpu(const std::string &device) { return device.rfind("cpu", 0) != 0; }

std::string text_of(const EngineInfo &info) { return "training engine: " + info.name + " " + info.version; }

std::string text_of(const Lack &lack) { return lack.what + (lack.node.empty() ? "" : " " + lack.node); }

}  // namespace

ChosenEngine::ChosenEngine(EngineChoice choice, EngineParts parts) : choice_(choice), parts_(std::move(parts)) {}

EngineInfo ChosenEngine::info() const {
  return choice_ == EngineChoice::torch ? parts_.torch().info() : parts_.fused.info();
}

TrainResult ChosenEngine::train(const TrainJob &job) {
  check_job(job);
  Route to = route(*job.graph, job.loss, job.device);
  // Weights and moments of one engine are not another's; without a choice the training goes on where it began.
  if (choice_ == EngineChoice::automatic && to.engine == &parts_.fused && !job.checkpoint.empty() &&
      engine_of_checkpoint(job.checkpoint) != parts_.fused.info().name)
    to = {&torch(), ""};
  say(to.note.empty() ? text_of(to.engine->info()) : to.note);
  return to.engine->train(job);
}

std::vector<Tensor> ChosenEngine::forward(const Graph &graph, const std::vector<Tensor> &inputs, int batch_size,
                                          const std::string &device) {
  return route(graph, 0, device).engine->forward(graph, inputs, batch_size, device);
}

std::map<std::string, Tensor> ChosenEngine::gradients(const Graph &graph, ValueId loss, const Samples &batch,
                                                      double *loss_value) {
  return route(graph, loss, "cpu").engine->gradients(graph, loss, batch, loss_value);
}

ChosenEngine::Route ChosenEngine::route(const Graph &graph, ValueId loss, const std::string &device) {
  if (choice_ == EngineChoice::torch) return {&torch(), ""};
  if (choice_ == EngineChoice::fused && device != "auto" && device != "cpu")
    throw Error("device = '" + device +
                    "', but the fused engine runs on the CPU only; accepted with engine = \"fused\": "
                    "auto or cpu; accepted with this device: engine = \"auto\" or \"torch\"",
                NAC_INVALID_ARGUMENT);
  if (choice_ == EngineChoice::automatic && on_gpu(device))
    return {&torch(), "training engine: LibTorch, for device = \"" + device + "\""};
  if (const std::optional<Lack> lack = parts_.fused.lacks(graph, loss)) return without_plan(*lack);
  return {&parts_.fused, ""};
}

ChosenEngine::Route ChosenEngine::without_plan(const Lack &lack) {
  if (choice_ == EngineChoice::fused)
    throw Error("the fused engine has no " + text_of(lack) + "; engine = \"auto\" trains such networks with LibTorch",
                NAC_UNSUPPORTED);
  try {
    return {&torch(), "LibTorch trains networks with " + lack.what + ": the fused engine has none"};
  } catch (const Error &e) {
    throw Error("the fused engine has no " + text_of(lack) + ", and LibTorch cannot do it instead: " + e.what(),
                e.status());
  }
}

bool ChosenEngine::on_gpu(const std::string &device) {
  if (device != "auto") return device != "cpu";
  const std::lock_guard lock(mutex_);
  if (gpu_ >= 0) return gpu_ == 1;
  gpu_ = 0;
  if (!parts_.gpu_may_exist()) return false;
  try {
    const std::vector<std::string> devices = parts_.torch().info().devices;
    gpu_ = std::any_of(devices.begin(), devices.end(), is_gpu) ? 1 : 0;
  } catch (const Error &) {
    // Without LibTorch nothing here uses a GPU.
  }
  return gpu_ == 1;
}

Engine &ChosenEngine::torch() {
  {
    const std::lock_guard lock(mutex_);
    if (torch_ != nullptr) return *torch_;
    torch_ = &parts_.torch();
  }
  if (parts_.torch_loaded) parts_.torch_loaded(torch_->info());
  return *torch_;
}

void ChosenEngine::say(const std::string &text) {
  if (!parts_.note) return;
  const std::lock_guard lock(note_mutex_);
  if (said_.insert(text).second) parts_.note(text);
}

bool gpu_may_exist() {
  std::error_code error;
  for (const char *file : {"/dev/nvidiactl", "/dev/nvidia0", "/dev/dxg", "/dev/kfd"})
    if (std::filesystem::exists(file, error)) return true;
  return false;
}

}  // namespace nac::fw

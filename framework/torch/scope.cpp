// SPDX-License-Identifier: Apache-2.0
#include "torch/scope.hpp"

#include <ATen/Parallel.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include <atomic>
#include <charconv>
#if defined(__SSE__)
#include <xmmintrin.h>
#endif

#include "base/error.hpp"
#include "torch/blas.hpp"

namespace nac::fw::libtorch {

CallScope::CallScope(at::Device device) : gradients_(false) {
  if (at::get_num_threads() != 1) at::set_num_threads(1);
  if (!device.is_cpu())
    stream_.reset_stream(c10::impl::VirtualGuardImpl(device.type()).getStreamFromGlobalPool(device));
}

namespace {

/// Locked where it has to be.
std::unique_lock<std::mutex> exclusive_if_needed() {
  static std::mutex mutex;
  static const bool concurrent = find_blas().concurrent;
  return concurrent ? std::unique_lock<std::mutex>() : std::unique_lock(mutex);
}

}  // namespace

#if defined(__SSE__)
ComputeScope::ComputeScope() : exclusive_(exclusive_if_needed()), saved_(_mm_getcsr()) {
  at::globalContext().setFlushDenormal(true);
}
ComputeScope::~ComputeScope() { _mm_setcsr(saved_); }
#else
ComputeScope::ComputeScope() : exclusive_(exclusive_if_needed()) { at::globalContext().setFlushDenormal(true); }
ComputeScope::~ComputeScope() { at::globalContext().setFlushDenormal(false); }
#endif

namespace {

int gpu_count() { return at::globalContext().hasCUDA() ? static_cast<int>(at::getNumGPUs()) : 0; }

at::Device next_gpu(int count) {
  static std::atomic<unsigned> next{0};
  return {at::kCUDA, static_cast<c10::DeviceIndex>(next++ % static_cast<unsigned>(count))};
}

}  // namespace

at::Device resolve_device(const std::string &text) {
  if (text == "cpu") return at::kCPU;
  const int gpus = gpu_count();
  if (text == "auto") return gpus > 0 ? next_gpu(gpus) : at::Device(at::kCPU);
  int index = -1;
  if (text.rfind("cuda:", 0) == 0) {
    const char *end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data() + 5, end, index);
    if (error != std::errc() || stop != end) index = -1;
  }
  if (text != "cuda" && index < 0)
    throw Error("device = '" + text + "'; accepted: auto, cpu, cuda, cuda:0, cuda:1 ...", NAC_INVALID_ARGUMENT);
  if (gpus == 0)
    throw Error("device = '" + text + "', but this LibTorch finds no GPU" +
                    (at::globalContext().hasCUDA() ? "" : " (Debian's is built without CUDA)") + "; use auto or cpu",
                NAC_FAILED_PRECONDITION);
  if (text == "cuda") return next_gpu(gpus);
  if (index >= gpus)
    throw Error("device = '" + text + "', but there are only " + std::to_string(gpus) + " GPUs",
                NAC_FAILED_PRECONDITION);
  return {at::kCUDA, static_cast<c10::DeviceIndex>(index)};
}

std::vector<std::string> device_names() {
  std::vector<std::string> names{"cpu"};
  for (int i = 0; i < gpu_count(); ++i) names.push_back("cuda:" + std::to_string(i));
  return names;
}

}  // namespace nac::fw::libtorch

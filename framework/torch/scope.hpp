// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <c10/core/StreamGuard.h>

#include <mutex>
#include <string>
#include <vector>

#include "torch/aten.hpp"

namespace nac::fw::libtorch {

/// Settings of the calling thread for one engine call: one intra-op thread, gradients off until asked for, and on a GPU
/// a stream of its own. Gradient mode, device and stream are restored at the end.
class CallScope {
 public:
  explicit CallScope(at::Device device);

 private:
  at::AutoGradMode gradients_;
  c10::OptionalStreamGuard stream_;
};

/// Around arithmetic, never around callbacks into other people's code, which must see IEEE arithmetic and may wait for
/// each other. Denormal numbers are zero inside: moments of pruned weights decay into them and make an optimizer ten
/// times slower. Where the BLAS does not allow calls from several threads, only one of these exists at a time.
class ComputeScope {
 public:
  ComputeScope();
  ~ComputeScope();
  ComputeScope(const ComputeScope &) = delete;
  ComputeScope &operator=(const ComputeScope &) = delete;

 private:
  std::unique_lock<std::mutex> exclusive_;
  unsigned saved_ = 0;
};

/// "auto" (a GPU if LibTorch has one, else the CPU), "cpu", "cuda" (any) or "cuda:N". Trainings that ask for any GPU
/// are spread over all. Throws Error for other texts and absent devices.
at::Device resolve_device(const std::string &text);
std::vector<std::string> device_names();

}  // namespace nac::fw::libtorch

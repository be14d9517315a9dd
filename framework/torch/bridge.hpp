// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/checkpoint.hpp"
#include "graph/samples.hpp"
#include "graph/tensor.hpp"
#include "torch/aten.hpp"

namespace nac::fw::libtorch {

at::ScalarType scalar_type(DType dtype);
DType dtype_of(at::ScalarType type);

/// The same memory as a LibTorch tensor, kept alive by it; must not be written to.
at::Tensor borrow(const Tensor &tensor);
/// A copy of its own on `device`.
at::Tensor copy_to(const Tensor &tensor, at::Device device);
Tensor copy_from(const at::Tensor &tensor);
/// `tensor`'s memory, to write results into; valid while `tensor` lives and is not copied.
at::Tensor writable(Tensor &tensor);

/// The numbers of a flat float tensor on any device, and the same back from an array of a checkpoint, which must have
/// as many.
std::vector<float> values_of(const at::Tensor &flat);
void set_values(at::Tensor &flat, const Checkpoint &checkpoint, const std::string &name);

/// Samples where the training can index them.
struct DeviceSamples {
  std::vector<at::Tensor> inputs, targets;
  int64_t count = 0;
};

/// Samples on their devices, converted once however many trainings use them. On the CPU nothing is copied at all.
/// Thread-safe.
class SampleCache {
 public:
  std::shared_ptr<const DeviceSamples> get(const std::shared_ptr<const Samples> &samples, at::Device device);

 private:
  struct Entry {
    std::weak_ptr<const Samples> owner;  ///< the entry dies with it
    at::Device device;
    std::shared_ptr<const DeviceSamples> converted;
  };
  std::mutex mutex_;
  std::vector<Entry> entries_;
};

}  // namespace nac::fw::libtorch

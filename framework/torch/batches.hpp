// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "torch/bridge.hpp"

namespace nac::fw::libtorch {

/// Shuffled batches of one epoch. The order is a function of (seed, epoch, number of samples) alone. The last batch may
/// be smaller.
class Batches {
 public:
  Batches(uint64_t seed, int epoch, std::shared_ptr<const DeviceSamples> samples, int64_t batch_size);

  int64_t count() const { return (samples_->count + batch_size_ - 1) / batch_size_; }
  int64_t size(int64_t batch) const;
  /// Gathers a batch: inputs, then targets. The tensors are reused by the next call.
  const std::vector<at::Tensor> &gather(int64_t batch);

 private:
  std::shared_ptr<const DeviceSamples> samples_;
  int64_t batch_size_;
  at::Tensor order_;
  std::vector<at::Tensor> buffers_, current_;
};

}  // namespace nac::fw::libtorch

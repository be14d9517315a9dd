// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <vector>

#include "engine/epoch_batches.hpp"
#include "torch/bridge.hpp"

namespace nac::fw::libtorch {

/// The batches of one epoch as tensors on the device of `samples`.
class Batches {
 public:
  Batches(const EpochBatches &batches, std::shared_ptr<const DeviceSamples> samples);

  /// Gathers a batch: inputs, then targets. The tensors are reused by the next call.
  const std::vector<at::Tensor> &gather(int64_t batch);

 private:
  const EpochBatches &batches_;
  std::shared_ptr<const DeviceSamples> samples_;
  at::Tensor order_;
  std::vector<at::Tensor> buffers_, current_;
};

}  // namespace nac::fw::libtorch

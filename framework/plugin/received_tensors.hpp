// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "graph/tensor.hpp"
#include "plugin/task_proxy.hpp"

namespace nac::fw {

/// Tensors as a plugin handed them out: deletes those that were not taken. Construct it before the call, pass slots().
class ReceivedTensors {
 public:
  /// `what` is "input" or "target", for messages.
  ReceivedTensors(const std::vector<TensorInfo> &infos, const char *what);
  ~ReceivedTensors();
  ReceivedTensors(const ReceivedTensors &) = delete;
  ReceivedTensors &operator=(const ReceivedTensors &) = delete;

  nac_tensor **slots() { return slots_.data(); }
  /// After a failed call: what is in the slots is not ours.
  void forget();
  /// The tensors, checked against the infos for `count` samples: version, deleter, dtype, shape, strides, device, data,
  /// alignment. Throws Error naming the tensor; then all are deleted.
  std::vector<Tensor> take(uint64_t count, const std::shared_ptr<const void> &keep_alive);

 private:
  const std::vector<TensorInfo> &infos_;
  const char *what_;
  std::vector<nac_tensor *> slots_;
};

/// Throws Error when one tensor was handed out twice.
void refuse_same_tensor_twice(ReceivedTensors &a, std::size_t a_count, ReceivedTensors &b, std::size_t b_count);

}  // namespace nac::fw

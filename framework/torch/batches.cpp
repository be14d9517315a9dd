// SPDX-License-Identifier: Apache-2.0
#include "torch/batches.hpp"

#include <algorithm>

#include "engine/order.hpp"

namespace nac::fw::libtorch {
Batches::Batches(uint64_t seed, int epoch, std::shared_ptr<const DeviceSamples> samples, int64_t batch_size)
    : samples_(std::move(samples)), batch_size_(std::min(batch_size, samples_->count)) {
  std::vector<int64_t> order = epoch_order(seed, epoch, samples_->count);
  const at::Device device = samples_->inputs.front().device();
  order_ = at::from_blob(order.data(), {samples_->count}, at::TensorOptions().dtype(at::kLong))
               .to(device, at::kLong, false, true);
  for (const std::vector<at::Tensor> *tensors : {&samples_->inputs, &samples_->targets}) {
    for (const at::Tensor &t : *tensors) {
      std::vector<int64_t> shape = t.sizes().vec();
      shape[0] = batch_size_;
      buffers_.push_back(at::empty(shape, t.options()));
    }
  }
  current_ = buffers_;
}

int64_t Batches::size(int64_t batch) const { return std::min(batch_size_, samples_->count - batch * batch_size_); }

const std::vector<at::Tensor> &Batches::gather(int64_t batch) {
  const int64_t rows = size(batch);
  const at::Tensor index = order_.narrow(0, batch * batch_size_, rows);
  for (std::size_t i = 0; i < buffers_.size(); ++i) {
    const std::size_t inputs = samples_->inputs.size();
    const at::Tensor &source = i < inputs ? samples_->inputs[i] : samples_->targets[i - inputs];
    current_[i] = rows == batch_size_ ? buffers_[i] : buffers_[i].narrow(0, 0, rows);
    at::index_select_out(current_[i], source, 0, index);
  }
  return current_;
}

}  // namespace nac::fw::libtorch

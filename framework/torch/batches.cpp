// SPDX-License-Identifier: Apache-2.0
#include "torch/batches.hpp"

namespace nac::fw::libtorch {

Batches::Batches(const EpochBatches &batches, std::shared_ptr<const DeviceSamples> samples)
    : batches_(batches), samples_(std::move(samples)) {
  const at::Device device = samples_->inputs.front().device();
  order_ = at::from_blob(const_cast<int64_t *>(batches.order.data()), {samples_->count},
                         at::TensorOptions().dtype(at::kLong))
               .to(device, at::kLong, false, true);
  for (const std::vector<at::Tensor> *tensors : {&samples_->inputs, &samples_->targets}) {
    for (const at::Tensor &t : *tensors) {
      std::vector<int64_t> shape = t.sizes().vec();
      shape[0] = batches.batch_size;
      buffers_.push_back(at::empty(shape, t.options()));
    }
  }
  current_ = buffers_;
}

const std::vector<at::Tensor> &Batches::gather(int64_t batch) {
  const int64_t rows = batches_.size(batch);
  const at::Tensor index = order_.narrow(0, batch * batches_.batch_size, rows);
  for (std::size_t i = 0; i < buffers_.size(); ++i) {
    const std::size_t inputs = samples_->inputs.size();
    const at::Tensor &source = i < inputs ? samples_->inputs[i] : samples_->targets[i - inputs];
    current_[i] = rows == batches_.batch_size ? buffers_[i] : buffers_[i].narrow(0, 0, rows);
    at::index_select_out(current_[i], source, 0, index);
  }
  return current_;
}

}  // namespace nac::fw::libtorch

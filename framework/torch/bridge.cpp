// SPDX-License-Identifier: Apache-2.0
#include "torch/bridge.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace nac::fw::libtorch {

at::ScalarType scalar_type(DType dtype) {
  switch (dtype) {
    case DType::f32: return at::kFloat;
    case DType::f64: return at::kDouble;
    case DType::i8: return at::kChar;
    case DType::u8: return at::kByte;
    case DType::i16: return at::kShort;
    case DType::i32: return at::kInt;
    case DType::i64: return at::kLong;
    case DType::boolean: return at::kBool;
  }
  throw Error("a tensor has an element type that LibTorch does not have");
}

DType dtype_of(at::ScalarType type) {
  switch (type) {
    case at::kFloat: return DType::f32;
    case at::kDouble: return DType::f64;
    case at::kChar: return DType::i8;
    case at::kByte: return DType::u8;
    case at::kShort: return DType::i16;
    case at::kInt: return DType::i32;
    case at::kLong: return DType::i64;
    case at::kBool: return DType::boolean;
    default: throw Error(std::string("LibTorch returned elements of type ") + c10::toString(type));
  }
}

at::Tensor borrow(const Tensor &tensor) {
  void *data = const_cast<void *>(tensor.raw());
  // The captured copy shares the storage and frees it when LibTorch drops the last view.
  return at::from_blob(
      data, tensor.shape(), [keep = tensor](void *) {}, at::TensorOptions().dtype(scalar_type(tensor.dtype())));
}

at::Tensor copy_to(const Tensor &tensor, at::Device device) {
  return borrow(tensor).to(device, scalar_type(tensor.dtype()), false, true);
}

at::Tensor writable(Tensor &tensor) {
  return at::from_blob(tensor.mutable_raw(), tensor.shape(), at::TensorOptions().dtype(scalar_type(tensor.dtype())));
}

Tensor copy_from(const at::Tensor &tensor) {
  Tensor result(dtype_of(tensor.scalar_type()), tensor.sizes().vec());
  writable(result).copy_(tensor);
  return result;
}

std::vector<float> values_of(const at::Tensor &flat) {
  const at::Tensor here = flat.detach().to(at::kCPU).contiguous();
  const float *first = here.data_ptr<float>();
  return {first, first + here.numel()};
}

void set_values(at::Tensor &flat, const Checkpoint &checkpoint, const std::string &name) {
  const std::vector<float> &values = checkpoint.array(name, static_cast<std::size_t>(flat.numel()));
  flat.copy_(at::from_blob(const_cast<float *>(values.data()), flat.sizes(), at::TensorOptions().dtype(at::kFloat)));
}

namespace {

std::vector<at::Tensor> convert(const std::vector<Tensor> &tensors, at::Device device) {
  std::vector<at::Tensor> result;
  for (const Tensor &t : tensors) result.push_back(device.is_cpu() ? borrow(t) : copy_to(t, device));
  return result;
}

std::shared_ptr<const DeviceSamples> convert(const Samples &samples, at::Device device) {
  auto converted = std::make_shared<DeviceSamples>();
  converted->inputs = convert(samples.inputs, device);
  converted->targets = convert(samples.targets, device);
  converted->count = samples.count();
  return converted;
}

}  // namespace

std::shared_ptr<const DeviceSamples> SampleCache::get(const std::shared_ptr<const Samples> &samples,
                                                      at::Device device) {
  if (device.is_cpu()) return convert(*samples, device);
  // Held during the upload on purpose: workers that start together wait for one copy instead of making one each.
  const std::lock_guard lock(mutex_);
  entries_.erase(std::remove_if(entries_.begin(), entries_.end(), [](const Entry &e) { return e.owner.expired(); }),
                 entries_.end());
  for (const Entry &e : entries_)
    if (e.device == device && e.owner.lock() == samples) return e.converted;
  entries_.push_back({samples, device, convert(*samples, device)});
  return entries_.back().converted;
}

}  // namespace nac::fw::libtorch

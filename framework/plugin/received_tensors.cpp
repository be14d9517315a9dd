// SPDX-License-Identifier: Apache-2.0
#include "plugin/received_tensors.hpp"

#include <fmt/format.h>

#include <set>

namespace nac::fw {
namespace {

[[noreturn]] void refuse(const char *what, const TensorInfo &info, const std::string &why) {
  throw Error(fmt::format("the tensor for {} '{}' {}", what, info.name, why));
}

std::string shape_text(const int64_t *shape, int32_t ndim) {
  return fmt::format("[{}]", fmt::join(shape, shape + ndim, ", "));
}

/// Everything that must hold before the data are touched.
void check(const nac_tensor &tensor, const TensorInfo &info, uint64_t count, const char *what) {
  if (tensor.version.major != 1)
    refuse(what, info,
           fmt::format("has version {}.{}; this host reads 1.x", tensor.version.major, tensor.version.minor));
  const nac_view &view = tensor.view;
  if (view.device.type != NAC_DEVICE_CPU)
    refuse(what, info, fmt::format("is on device type {}, not on the CPU", view.device.type));
  if (view.byte_offset != 0) refuse(what, info, fmt::format("has byte_offset {}; it must be 0", view.byte_offset));
  const nac_dtype wanted = to_abi(info.dtype);
  if (view.dtype.code != wanted.code || view.dtype.bits != wanted.bits || view.dtype.lanes != wanted.lanes)
    refuse(what, info,
           fmt::format("has element type (code {}, {} bits, {} lanes), declared is {}", view.dtype.code,
                       view.dtype.bits, view.dtype.lanes, name_of(info.dtype)));
  Shape shape{static_cast<int64_t>(count)};
  shape.insert(shape.end(), info.shape.begin(), info.shape.end());
  const auto ndim = static_cast<int32_t>(shape.size());
  if (view.ndim != ndim)
    refuse(what, info, fmt::format("has {} dimensions; {} are declared, the batch included", view.ndim, ndim));
  if (view.shape == nullptr || view.strides == nullptr) refuse(what, info, "has no shape or no strides");
  if (Shape(view.shape, view.shape + ndim) != shape)
    refuse(what, info,
           fmt::format("has shape {}, declared is {}", shape_text(view.shape, ndim), shape_text(shape.data(), ndim)));
  uint64_t elements = 1;
  for (int32_t i = 0; i < ndim; ++i) {
    elements *= static_cast<uint64_t>(shape[static_cast<std::size_t>(i)]);
    if (shape[static_cast<std::size_t>(i)] < 2) continue;  // never used
    if (view.strides[i] < 0 || view.strides[i] > (int64_t{1} << 40))
      refuse(what, info, fmt::format("has stride {} in dimension {}; accepted are strides from 0", view.strides[i], i));
  }
  if (elements == 0) return;
  if (view.data == nullptr) refuse(what, info, "has no data");
  if (reinterpret_cast<uintptr_t>(view.data) % size_of(info.dtype) != 0)
    refuse(what, info, "is not aligned to its element size");
}

}  // namespace

ReceivedTensors::ReceivedTensors(const std::vector<TensorInfo> &infos, const char *what)
    : infos_(infos), what_(what), slots_(infos.size(), nullptr) {}

ReceivedTensors::~ReceivedTensors() {
  for (nac_tensor *tensor : slots_)
    if (tensor != nullptr && tensor->deleter != nullptr) tensor->deleter(tensor);
}

void ReceivedTensors::forget() { slots_.assign(slots_.size(), nullptr); }

std::vector<Tensor> ReceivedTensors::take(uint64_t count, const std::shared_ptr<const void> &keep_alive) {
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    if (slots_[i] == nullptr) refuse(what_, infos_[i], "is missing");
    if (slots_[i]->deleter == nullptr) refuse(what_, infos_[i], "has no deleter");
    check(*slots_[i], infos_[i], count, what_);
  }
  std::vector<Tensor> tensors;
  for (nac_tensor *&slot : slots_) {
    nac_tensor *const mine = slot;
    slot = nullptr;  // adopt deletes it, also when it throws
    tensors.push_back(Tensor::adopt(mine, keep_alive));
  }
  return tensors;
}

void refuse_same_tensor_twice(ReceivedTensors &a, std::size_t a_count, ReceivedTensors &b, std::size_t b_count) {
  std::set<nac_tensor *> seen;
  bool twice = false;
  const auto look = [&](ReceivedTensors &list, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      nac_tensor *&slot = list.slots()[i];
      if (slot == nullptr || seen.insert(slot).second) continue;
      slot = nullptr;  // so that it is deleted once
      twice = true;
    }
  };
  look(a, a_count);
  look(b, b_count);
  if (twice) throw Error("it handed out one tensor twice; each must be its own");
}

}  // namespace nac::fw

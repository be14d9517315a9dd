// SPDX-License-Identifier: Apache-2.0
//
// tensor.hpp: making tensors to hand out, and reading views.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "../tensor.h"
#include "error.hpp"

namespace nac {

template <class T>
struct dtype_of;
template <>
struct dtype_of<float> {
  static constexpr nac_dtype value{NAC_DTYPE_FLOAT, 32, 1};
};
template <>
struct dtype_of<double> {
  static constexpr nac_dtype value{NAC_DTYPE_FLOAT, 64, 1};
};
template <>
struct dtype_of<int8_t> {
  static constexpr nac_dtype value{NAC_DTYPE_INT, 8, 1};
};
template <>
struct dtype_of<int16_t> {
  static constexpr nac_dtype value{NAC_DTYPE_INT, 16, 1};
};
template <>
struct dtype_of<int32_t> {
  static constexpr nac_dtype value{NAC_DTYPE_INT, 32, 1};
};
template <>
struct dtype_of<int64_t> {
  static constexpr nac_dtype value{NAC_DTYPE_INT, 64, 1};
};
template <>
struct dtype_of<uint8_t> {
  static constexpr nac_dtype value{NAC_DTYPE_UINT, 8, 1};
};

inline bool same_dtype(nac_dtype a, nac_dtype b) { return a.code == b.code && a.bits == b.bits && a.lanes == b.lanes; }

/// Row-major strides, in elements.
inline std::vector<int64_t> row_major(const std::vector<int64_t> &shape) {
  std::vector<int64_t> strides(shape.size());
  int64_t step = 1;
  for (std::size_t i = shape.size(); i-- > 0;) {
    strides[i] = step;
    step *= shape[i];
  }
  return strides;
}

/// Number of elements; throws on negative dimensions and on more than 2^62.
inline uint64_t element_count(const int64_t *shape, int32_t ndim) {
  uint64_t count = 1;
  for (int32_t i = 0; i < ndim; ++i) {
    if (shape[i] < 0) invalid("a tensor shape has the negative dimension " + std::to_string(shape[i]));
    if (shape[i] != 0 && count > (uint64_t{1} << 62) / static_cast<uint64_t>(shape[i]))
      invalid("a tensor shape overflows");
    count *= static_cast<uint64_t>(shape[i]);
  }
  return count;
}

/// A tensor under construction: row-major, zero-filled. release() hands it out; until then it frees itself.
template <class T>
class owned_tensor {
 public:
  explicit owned_tensor(std::vector<int64_t> shape) : block_(new block) {
    const uint64_t count = element_count(shape.data(), static_cast<int32_t>(shape.size()));
    block_->data.resize(count);
    block_->shape = std::move(shape);
    block_->strides = row_major(block_->shape);
    nac_tensor &t = block_->tensor;
    t.version.major = 1;
    t.version.minor = 0;
    t.manager_ctx = block_.get();
    t.deleter = [](nac_tensor *self) { delete static_cast<block *>(self->manager_ctx); };
    t.flags = 0;
    t.view.data = block_->data.data();
    t.view.device = {NAC_DEVICE_CPU, 0};
    t.view.ndim = static_cast<int32_t>(block_->shape.size());
    t.view.dtype = dtype_of<T>::value;
    t.view.shape = block_->shape.data();
    t.view.strides = block_->strides.data();
    t.view.byte_offset = 0;
  }
  T *data() { return block_->data.data(); }
  uint64_t size() const { return block_->data.size(); }
  nac_tensor *release() { return &block_.release()->tensor; }

 private:
  struct block {
    nac_tensor tensor{};
    std::vector<T> data;
    std::vector<int64_t> shape, strides;
  };
  std::unique_ptr<block> block_;
};

/// A view over row-major memory of the caller's, for passing values into host functions.
template <class T>
class borrowed_view {
 public:
  borrowed_view(const T *data, std::vector<int64_t> shape) : shape_(std::move(shape)), strides_(row_major(shape_)) {
    view_.data = const_cast<T *>(data);
    view_.device = {NAC_DEVICE_CPU, 0};
    view_.ndim = static_cast<int32_t>(shape_.size());
    view_.dtype = dtype_of<T>::value;
    view_.shape = shape_.data();
    view_.strides = strides_.data();
    view_.byte_offset = 0;
  }
  borrowed_view(const borrowed_view &) = delete;
  borrowed_view &operator=(const borrowed_view &) = delete;
  const nac_view *get() const { return &view_; }

 private:
  std::vector<int64_t> shape_, strides_;
  nac_view view_{};
};

/// Element pointer of a row-major view of type T; throws when it is anything else.
template <class T>
const T *dense(const nac_view &view) {
  if (!same_dtype(view.dtype, dtype_of<T>::value)) invalid("a tensor has another element type than expected");
  int64_t step = 1;
  for (int32_t i = view.ndim; i-- > 0;) {
    if (view.shape[i] > 1 && view.strides[i] != step) invalid("a tensor is not row-major");
    step *= view.shape[i];
  }
  return reinterpret_cast<const T *>(static_cast<const char *>(view.data) + view.byte_offset);
}

}  // namespace nac

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "nac/tensor.h"

namespace nac::fw {

/// Dimensions; in graph values dimension 0 may be -1, the batch.
using Shape = std::vector<int64_t>;

enum class DType : uint8_t { f32, f64, i8, u8, i16, i32, i64, boolean };
std::size_t size_of(DType dtype);
const char *name_of(DType dtype);
nac_dtype to_abi(DType dtype);
/// Throws Error for a type that the ABI does not allow.
DType from_abi(nac_dtype dtype);

/// A row-major tensor in host memory. Copies share storage; mutable_data() makes it unique first.
class Tensor {
 public:
  Tensor() = default;
  /// Zero-filled. All dimensions >= 0.
  Tensor(DType dtype, Shape shape);
  /// Takes a tensor handed out by a plugin without copying: `keep_alive` (the plugin library) outlives it. Deletes the
  /// tensor also when it throws, which it does for shapes, strides or dtypes that tensor.h forbids. Strided tensors are
  /// copied to row-major.
  static Tensor adopt(nac_tensor *tensor, std::shared_ptr<const void> keep_alive);
  /// Copies a borrowed view.
  static Tensor copy_of(const nac_view &view);
  template <class T>
  static Tensor of(Shape shape, const std::vector<T> &values);

  DType dtype() const { return dtype_; }
  const Shape &shape() const { return shape_; }
  int64_t elements() const;
  std::size_t bytes() const;
  const void *raw() const { return data_.get(); }
  void *mutable_raw();
  template <class T>
  const T *data() const {
    return static_cast<const T *>(raw());
  }
  template <class T>
  T *mutable_data() {
    return static_cast<T *>(mutable_raw());
  }
  /// Rows [first, first + count) of dimension 0, sharing storage.
  Tensor rows(int64_t first, int64_t count) const;
  bool operator==(const Tensor &other) const;  ///< same dtype, shape and bytes

 private:
  DType dtype_ = DType::f32;
  Shape shape_;
  std::shared_ptr<void> data_;
  bool read_only_ = false;  ///< the storage is a plugin's: mutable_raw() copies first
};

/// "[N, 8, 3]": -1 prints as N, the batch.
std::string text_of(const Shape &shape);
/// Number of elements, the batch counted as one. Throws Error for negative dimensions elsewhere than dimension 0, and
/// beyond 2^40 elements, which nothing here could hold.
int64_t elements_of(const Shape &shape);

/// A nac_view over a Tensor, for one call into a plugin.
class TensorView {
 public:
  explicit TensorView(const Tensor &tensor);
  TensorView(TensorView &&) = default;  // the view's pointers go along with the vectors
  TensorView &operator=(TensorView &&) = default;
  const nac_view *get() const { return &view_; }

 private:
  Shape shape_, strides_;
  nac_view view_{};
};

template <class T>
constexpr DType dtype_for();
template <>
constexpr DType dtype_for<float>() {
  return DType::f32;
}
template <>
constexpr DType dtype_for<double>() {
  return DType::f64;
}
template <>
constexpr DType dtype_for<int64_t>() {
  return DType::i64;
}
template <>
constexpr DType dtype_for<int32_t>() {
  return DType::i32;
}

/// Throws Error unless `given` elements fill `shape`.
void require_elements(const Shape &shape, std::size_t given);

template <class T>
Tensor Tensor::of(Shape shape, const std::vector<T> &values) {
  require_elements(shape, values.size());
  Tensor t(dtype_for<T>(), std::move(shape));
  std::copy(values.begin(), values.end(), t.mutable_data<T>());
  return t;
}

}  // namespace nac::fw

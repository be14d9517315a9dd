// SPDX-License-Identifier: Apache-2.0
#include "graph/tensor.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <cstring>
#include <limits>

#include "base/error.hpp"

namespace nac::fw {
namespace {

constexpr int64_t kMaxElements = int64_t{1} << 40;
constexpr int32_t kMaxRank = 8;

struct DTypeRow {
  DType dtype;
  const char *name;
  std::size_t size;
  uint8_t code, bits;
};
constexpr DTypeRow kDTypes[] = {
    {DType::f32, "float32", 4, NAC_DTYPE_FLOAT, 32}, {DType::f64, "float64", 8, NAC_DTYPE_FLOAT, 64},
    {DType::i8, "int8", 1, NAC_DTYPE_INT, 8},        {DType::u8, "uint8", 1, NAC_DTYPE_UINT, 8},
    {DType::i16, "int16", 2, NAC_DTYPE_INT, 16},     {DType::i32, "int32", 4, NAC_DTYPE_INT, 32},
    {DType::i64, "int64", 8, NAC_DTYPE_INT, 64},     {DType::boolean, "bool", 1, NAC_DTYPE_BOOL, 8}};

const DTypeRow &row_of(DType dtype) { return kDTypes[static_cast<std::size_t>(dtype)]; }

[[noreturn]] void invalid(const std::string &message) { throw Error(message, NAC_INVALID_ARGUMENT); }

std::shared_ptr<void> allocate(std::size_t bytes) {
  if (bytes == 0) return {};
  void *memory = std::calloc(1, bytes);  // calloc: large zero pages cost nothing until touched
  if (memory == nullptr)
    throw Error(fmt::format("out of memory for a tensor of {} bytes", bytes), NAC_RESOURCE_EXHAUSTED);
  return {memory, [](void *p) { std::free(p); }};
}

/// Checks a view against tensor.h and returns its shape.
Shape checked_shape(const nac_view &view) {
  if (view.ndim < 0 || view.ndim > kMaxRank)
    invalid(fmt::format("a tensor has {} dimensions, 0 to 8 are allowed", view.ndim));
  if (view.ndim > 0 && (view.shape == nullptr || view.strides == nullptr))
    invalid(fmt::format("a tensor of {} dimensions has no {}", view.ndim, view.shape == nullptr ? "shape" : "strides"));
  if (view.device.type != NAC_DEVICE_CPU)
    invalid(fmt::format("a tensor is on device type {}, only the CPU (1) is allowed", view.device.type));
  if (view.byte_offset != 0)
    invalid(fmt::format("a tensor has the byte offset {}, only 0 is allowed", view.byte_offset));
  from_abi(view.dtype);
  Shape shape;
  for (int32_t i = 0; i < view.ndim; ++i) {
    if (view.shape[i] < 0) invalid(fmt::format("dimension {} of a tensor is {}, negative", i, view.shape[i]));
    shape.push_back(view.shape[i]);
  }
  const int64_t count = elements_of(shape);
  if (count > 0 && view.data == nullptr) invalid(fmt::format("a tensor of shape {} has no data", text_of(shape)));
  for (int32_t i = 0; i < view.ndim && count > 0; ++i) {
    const int64_t stride = view.strides[i];
    if (shape[static_cast<std::size_t>(i)] > 1 && (stride < 0 || stride > kMaxElements))
      invalid(fmt::format("stride {} of a tensor is {}, 0 to 2^40 is allowed", i, stride));
  }
  return shape;
}

bool is_row_major(const nac_view &view) {
  int64_t step = 1;
  for (int32_t i = view.ndim; i-- > 0;) {
    if (view.shape[i] > 1 && view.strides[i] != step) return false;
    step *= view.shape[i];
  }
  return true;
}

/// Copies a checked, strided view element by element in row-major order.
void gather(const nac_view &view, std::size_t size, int64_t count, char *to) {
  int64_t index[kMaxRank] = {};
  const char *from = static_cast<const char *>(view.data);
  for (int64_t n = 0; n < count; ++n) {
    int64_t offset = 0;
    for (int32_t i = 0; i < view.ndim; ++i) offset += index[i] * view.strides[i];
    std::memcpy(to, from + static_cast<std::size_t>(offset) * size, size);
    to += size;
    for (int32_t i = view.ndim; i-- > 0;) {
      if (++index[i] < view.shape[i]) break;
      index[i] = 0;
    }
  }
}

}  // namespace

std::size_t size_of(DType dtype) { return row_of(dtype).size; }
const char *name_of(DType dtype) { return row_of(dtype).name; }
nac_dtype to_abi(DType dtype) { return {row_of(dtype).code, row_of(dtype).bits, 1}; }

DType from_abi(nac_dtype dtype) {
  for (const DTypeRow &row : kDTypes)
    if (row.code == dtype.code && row.bits == dtype.bits && dtype.lanes == 1) return row.dtype;
  invalid(
      fmt::format("element type code {} with {} bits and {} lanes; accepted are float 32 and 64, int 8 to 64, uint 8 "
                  "and bool 8, 1 lane",
                  dtype.code, dtype.bits, dtype.lanes));
}

std::string text_of(const Shape &shape) {
  std::string text = "[";
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (i > 0) text += ", ";
    text += shape[i] == -1 ? "N" : std::to_string(shape[i]);
  }
  return text + "]";
}

int64_t elements_of(const Shape &shape) {
  int64_t count = 1;
  bool zero = false;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const int64_t d = shape[i];
    if (d == -1 && i == 0) continue;
    if (d < 0) invalid(fmt::format("dimension {} of {} is negative", i, text_of(shape)));
    if (d == 0) {
      zero = true;
      continue;
    }
    if (d > kMaxElements || count > kMaxElements / d)
      invalid(fmt::format("the shape {} has more than 2^40 elements", text_of(shape)));
    count *= d;
  }
  return zero ? 0 : count;
}

void require_elements(const Shape &shape, std::size_t given) {
  if (elements_of(shape) != static_cast<int64_t>(given))
    invalid(fmt::format("a tensor of shape {} was given {} values", text_of(shape), given));
}

Tensor::Tensor(DType dtype, Shape shape) : dtype_(dtype), shape_(std::move(shape)) {
  if (!shape_.empty() && shape_[0] < 0) invalid(fmt::format("a tensor cannot have the shape {}", text_of(shape_)));
  elements_of(shape_);
  data_ = allocate(bytes());
}

int64_t Tensor::elements() const { return elements_of(shape_); }
std::size_t Tensor::bytes() const { return static_cast<std::size_t>(elements()) * size_of(dtype_); }

void *Tensor::mutable_raw() {
  if (data_ != nullptr && (read_only_ || data_.use_count() > 1)) {
    std::shared_ptr<void> own = allocate(bytes());
    if (own != nullptr) std::memcpy(own.get(), data_.get(), bytes());
    data_ = std::move(own);
    read_only_ = false;
  }
  return data_.get();
}

Tensor Tensor::copy_of(const nac_view &view) {
  const Shape shape = checked_shape(view);
  Tensor t(from_abi(view.dtype), shape);
  const int64_t count = t.elements();
  if (count == 0) return t;
  if (is_row_major(view)) {
    std::memcpy(t.mutable_raw(), view.data, t.bytes());
  } else {
    gather(view, size_of(t.dtype_), count, static_cast<char *>(t.mutable_raw()));
  }
  return t;
}

Tensor Tensor::adopt(nac_tensor *tensor, std::shared_ptr<const void> keep_alive) {
  if (tensor == nullptr) invalid("a plugin handed out NULL instead of a tensor");
  if (tensor->deleter == nullptr) invalid("a plugin handed out a tensor without a deleter");
  // The deleter's code lives in keep_alive, so the library goes after the tensor.
  const std::shared_ptr<nac_tensor> owner(tensor, [keep = std::move(keep_alive)](nac_tensor *t) { t->deleter(t); });
  if (tensor->version.major != 1)  // nothing but the deleter may be read
    invalid(fmt::format("a plugin handed out a tensor of layout version {}, 1 is known", tensor->version.major));
  const Shape shape = checked_shape(tensor->view);
  const std::size_t size = size_of(from_abi(tensor->view.dtype));
  const bool aligned = reinterpret_cast<uintptr_t>(tensor->view.data) % size == 0;
  if (!is_row_major(tensor->view) || elements_of(shape) == 0) return copy_of(tensor->view);
  if (!aligned) invalid(fmt::format("the data of a tensor is not aligned to its {} byte elements", size));
  Tensor t;
  t.dtype_ = from_abi(tensor->view.dtype);
  t.shape_ = shape;
  t.data_ = std::shared_ptr<void>(owner, tensor->view.data);
  t.read_only_ = (tensor->flags & NAC_TENSOR_READ_ONLY) != 0;
  return t;
}

Tensor Tensor::rows(int64_t first, int64_t count) const {
  if (shape_.empty()) invalid("a tensor without dimensions has no rows");
  if (first < 0 || count < 0 || first > shape_[0] - count)
    invalid(fmt::format("{} rows from row {} on, of a tensor with {} rows", count, first, shape_[0]));
  Tensor t = *this;
  t.shape_[0] = count;
  if (data_ != nullptr) {
    const std::size_t row = bytes() / static_cast<std::size_t>(shape_[0]);
    t.data_ = std::shared_ptr<void>(data_, static_cast<char *>(data_.get()) + static_cast<std::size_t>(first) * row);
  }
  return t;
}

bool Tensor::operator==(const Tensor &other) const {
  if (dtype_ != other.dtype_ || shape_ != other.shape_) return false;
  return bytes() == 0 || std::memcmp(raw(), other.raw(), bytes()) == 0;
}

TensorView::TensorView(const Tensor &tensor) : shape_(tensor.shape()), strides_(shape_.size()) {
  int64_t step = 1;
  for (std::size_t i = shape_.size(); i-- > 0;) {
    strides_[i] = step;
    step *= shape_[i];
  }
  view_.data = const_cast<void *>(tensor.raw());  // DLPack's type has no const; the receiver may only read
  view_.device = {NAC_DEVICE_CPU, 0};
  view_.ndim = static_cast<int32_t>(shape_.size());
  view_.dtype = to_abi(tensor.dtype());
  view_.shape = shape_.data();
  view_.strides = strides_.data();
}

}  // namespace nac::fw

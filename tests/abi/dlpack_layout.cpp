// SPDX-License-Identifier: Apache-2.0
//
// nac_view and nac_tensor have the bytes of DLPack 1.x. The structs here restate that layout under other names: the
// published headers of different ages share one include guard, so none is included.
#include <nac/tensor.h>

#include <type_traits>

namespace dlpack1 {
struct Version {
  uint32_t major, minor;
};
struct Device {
  int32_t type, id;
};
struct DataType {
  uint8_t code, bits;
  uint16_t lanes;
};
struct Tensor {
  void *data;
  Device device;
  int32_t ndim;
  DataType dtype;
  int64_t *shape, *strides;
  uint64_t byte_offset;
};
struct ManagedTensorVersioned {
  Version version;
  void *manager_ctx;
  void (*deleter)(ManagedTensorVersioned *self);
  uint64_t flags;
  Tensor dl_tensor;
};
}  // namespace dlpack1

#define SAME(ours, our_field, theirs, their_field)                                                          \
  static_assert(offsetof(ours, our_field) == offsetof(dlpack1::theirs, their_field), #ours "." #our_field); \
  static_assert(sizeof(((ours *)nullptr)->our_field) == sizeof(((dlpack1::theirs *)nullptr)->their_field), #ours)

SAME(nac_dtype, code, DataType, code);
SAME(nac_dtype, bits, DataType, bits);
SAME(nac_dtype, lanes, DataType, lanes);
SAME(nac_device, type, Device, type);
SAME(nac_device, id, Device, id);
SAME(nac_view, data, Tensor, data);
SAME(nac_view, device, Tensor, device);
SAME(nac_view, ndim, Tensor, ndim);
SAME(nac_view, dtype, Tensor, dtype);
SAME(nac_view, shape, Tensor, shape);
SAME(nac_view, strides, Tensor, strides);
SAME(nac_view, byte_offset, Tensor, byte_offset);
SAME(nac_tensor, version, ManagedTensorVersioned, version);
SAME(nac_tensor, manager_ctx, ManagedTensorVersioned, manager_ctx);
SAME(nac_tensor, deleter, ManagedTensorVersioned, deleter);
SAME(nac_tensor, flags, ManagedTensorVersioned, flags);
SAME(nac_tensor, view, ManagedTensorVersioned, dl_tensor);
static_assert(sizeof(nac_view) == sizeof(dlpack1::Tensor) && alignof(nac_view) == alignof(dlpack1::Tensor), "view");
static_assert(sizeof(nac_tensor) == sizeof(dlpack1::ManagedTensorVersioned), "tensor");
static_assert(alignof(nac_tensor) == alignof(dlpack1::ManagedTensorVersioned), "tensor");
static_assert(std::is_standard_layout<nac_tensor>::value && std::is_trivial<nac_tensor>::value, "plain data");

// Codes of dmlc/dlpack: kDLInt, kDLUInt, kDLFloat, kDLBool, kDLCPU, DLPACK_FLAG_BITMASK_READ_ONLY.
static_assert(NAC_DTYPE_INT == 0 && NAC_DTYPE_UINT == 1 && NAC_DTYPE_FLOAT == 2 && NAC_DTYPE_BOOL == 6, "codes");
static_assert(NAC_DEVICE_CPU == 1 && NAC_TENSOR_READ_ONLY == 1, "codes");

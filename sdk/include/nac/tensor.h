/* SPDX-License-Identifier: Apache-2.0
 *
 * tensor.h: numbers in memory. The layout is that of DLPack 1.x (dmlc/dlpack) under names of our own, because the
 * published DLPack headers of different ages share one include guard.
 *
 * A view is borrowed until the call returns. A tensor is the receiver's, who deletes it exactly once.
 * No function returns a pointer that it was given.
 *
 * Stricter than DLPack: byte_offset is 0, lanes is 1, strides is never NULL when ndim > 0, the device is the CPU, and
 * the dtype is one of those below. Data need only be aligned to its element size.
 */
#ifndef NAC_TENSOR_H
#define NAC_TENSOR_H
#include "base.h"
#ifdef __cplusplus
extern "C" {
#endif

enum { NAC_DTYPE_INT = 0, NAC_DTYPE_UINT = 1, NAC_DTYPE_FLOAT = 2, NAC_DTYPE_BOOL = 6 };
/* Accepted: float 32 and 64, int 8, 16, 32 and 64, uint 8, bool 8. */
typedef struct nac_dtype {
  uint8_t code, bits;
  uint16_t lanes;
} nac_dtype;

enum { NAC_DEVICE_CPU = 1 };
typedef struct nac_device {
  int32_t type, id;
} nac_device;

typedef struct nac_view { /* same bytes as DLTensor */
  void *data;             /* NULL only when a dimension is 0 */
  nac_device device;
  int32_t ndim; /* 0..8 */
  nac_dtype dtype;
  int64_t *shape;   /* ndim entries, all >= 0 */
  int64_t *strides; /* ndim entries, in elements */
  uint64_t byte_offset;
} nac_view;

enum { NAC_TENSOR_READ_ONLY = 1 };
typedef struct nac_tensor { /* same bytes as DLManagedTensorVersioned */
  struct {
    uint32_t major, minor;
  } version; /* 1, 0 */
  void *manager_ctx;
  /* [any] Frees the data, the shape, the strides and this struct. May run on any thread and after destroy() of the
   * object that made the tensor, so it touches nothing but what manager_ctx owns. Never NULL. */
  void (*deleter)(struct nac_tensor *self);
  uint64_t flags; /* NAC_TENSOR_READ_ONLY: the receiver may not write into the data */
  nac_view view;  /* shape and strides live inside what deleter frees */
} nac_tensor;

#ifdef __cplusplus
}
#endif
#endif

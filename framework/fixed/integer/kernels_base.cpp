// SPDX-License-Identifier: Apache-2.0
#define NAC_KERNELS kKernelsBase
#include "fixed/integer/kernels.inl"

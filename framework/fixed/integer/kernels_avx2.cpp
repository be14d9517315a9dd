// SPDX-License-Identifier: Apache-2.0
#define NAC_KERNELS kKernelsAvx2
#include "fixed/integer/kernels.inl"

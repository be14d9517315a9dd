// SPDX-License-Identifier: Apache-2.0
// Included before anything of Highway by every file with kernels: which instruction sets they are compiled for. The
// baseline of the architecture is always one of them; the others are those of most machines, to keep builds short.
#ifndef HWY_DISABLED_TARGETS
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SSE4 | HWY_AVX3_DL)
#endif

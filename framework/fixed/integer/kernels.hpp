// SPDX-License-Identifier: Apache-2.0
//
// The sums of products, compiled once for any processor and once for those with AVX2 and FMA. Plain data and pointers
// only: an inline function of a library that was compiled for newer processors could end up in the rest of the program.
#pragma once
#include <cstddef>
#include <cstdint>

namespace nac::fw {

constexpr std::size_t kLanes = 16;
/// One integer of 32 bits per sample. Integers of 64 bits take two units.
struct alignas(64) Unit {
  int32_t lane[kLanes];
};
/// Position of a unit. The first two hold zeros.
using Ref = uint32_t;
constexpr Ref kZero = 0, kFirstFree = 2;

/// What sums are computed in: the fastest that holds every partial sum exactly.
enum class Arithmetic { f32, i32, f64, i64 };

/// Four channels with the terms that one of them has a weight for.
struct TermGroup {
  std::size_t first = 0, count = 0;  ///< in `terms` and, by four, in the weights
};
/// out[p][m] = bias[m] + sum over k of weight[m][k] * in[index[p][k]]; see LayerStep.
struct LayerView {
  std::size_t positions, fan_in, channels, groups;
  const Ref *index, *out;
  const TermGroup *group;
  const uint32_t *terms;
  const void *weight, *bias;  ///< of the arithmetic's type
};
/// out[b][i][j] = sum over k of left[b][i][k] * right[b][k][j].
struct ProductView {
  std::size_t batch, rows, inner, columns;
  const Ref *left, *right, *out;
};

using LayerKernel = void (*)(const LayerView &layer, Unit *memory);
using ProductKernel = void (*)(const ProductView &product, Unit *memory);
struct Kernels {
  LayerKernel (*layer)(Arithmetic arithmetic, bool wide_in, bool wide_out);
  ProductKernel (*product)(Arithmetic arithmetic, bool wide_left, bool wide_right, bool wide_out);
};
extern const Kernels kKernelsBase;
#ifdef NAC_KERNELS_AVX2
extern const Kernels kKernelsAvx2;
#endif

}  // namespace nac::fw

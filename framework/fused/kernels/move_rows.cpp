// SPDX-License-Identifier: Apache-2.0
#include "fused/kernels/move_rows.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "fused/kernels/targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fused/kernels/move_rows.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace nac::fw::fused::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

void add_lanes(const float *from, std::size_t lanes, float *to) {
  const hn::ScalableTag<float> d;
  const std::size_t step = hn::Lanes(d);
  for (std::size_t i = 0; i < lanes; i += step)
    hn::Store(hn::Add(hn::Load(d, to + i), hn::Load(d, from + i)), d, to + i);
}

void add_any(const float *from, std::size_t count, float *to) {
  const hn::ScalableTag<float> d;
  const std::size_t step = hn::Lanes(d);
  std::size_t i = 0;
  for (; i + step <= count; i += step) hn::StoreU(hn::Add(hn::LoadU(d, to + i), hn::LoadU(d, from + i)), d, to + i);
  for (; i < count; ++i) to[i] += from[i];
}

}  // namespace nac::fw::fused::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nac::fw::fused {
namespace {

HWY_EXPORT(add_lanes);
HWY_EXPORT(add_any);

// Rows from `begin` on that lie one behind the other on both sides, or of which none is a row.
int run_of(const int *map, int begin, int rows) {
  int end = begin + 1;
  if (map[begin] < 0)
    while (end < rows && map[end] < 0) ++end;
  else
    while (end < rows && map[end] == map[end - 1] + 1) ++end;
  return end - begin;
}

std::size_t lanes_of(int rows, int width) { return static_cast<std::size_t>(rows) * static_cast<std::size_t>(width); }

}  // namespace

void gather_rows(const float *from, const int *map, int rows, float *to, int width) {
  for (int i = 0, count = 0; i < rows; i += count) {
    count = run_of(map, i, rows);
    float *start = to + lanes_of(i, width);
    if (map[i] < 0)
      std::fill_n(start, lanes_of(count, width), 0.0F);
    else
      std::memcpy(start, from + lanes_of(map[i], width), lanes_of(count, width) * sizeof(float));
  }
}

void scatter_rows(const float *from, const int *map, int rows, float *to, int width) {
  const auto add = HWY_DYNAMIC_DISPATCH(add_lanes);
  for (int i = 0, count = 0; i < rows; i += count) {
    count = run_of(map, i, rows);
    if (map[i] >= 0) add(from + lanes_of(i, width), lanes_of(count, width), to + lanes_of(map[i], width));
  }
}

void add_rows(const float *from, int rows, float *to, int width) {
  HWY_DYNAMIC_DISPATCH(add_lanes)(from, lanes_of(rows, width), to);
}

void add_floats(const float *from, std::size_t count, float *to) { HWY_DYNAMIC_DISPATCH(add_any)(from, count, to); }

void fill_rows(float value, int rows, float *to, int width) { std::fill_n(to, lanes_of(rows, width), value); }

}  // namespace nac::fw::fused
#endif

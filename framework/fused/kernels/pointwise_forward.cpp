// SPDX-License-Identifier: Apache-2.0
#include "fused/kernels/targets.hpp"
// Highway compiles this file once for each target.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fused/kernels/pointwise_forward.cpp"
#include <hwy/foreach_target.h>

#include "fused/kernels/pointwise-inl.hpp"
#include "fused/kernels/pointwise_dispatch.hpp"
#include "fused/kernels/pointwise_grid-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace nac::fw::fused::HWY_NAMESPACE {
namespace {

struct NoGrid {
  template <class D, class V>
  HWY_INLINE V operator()(D, V a) const {
    return a;
  }
};

template <Rounding mode>
struct OnGrid {
  GridFloats grid;
  template <class D, class V>
  HWY_INLINE V operator()(D d, V a) const {
    return on_grid<mode>(d, a, grid);
  }
};

template <bool affine, Activation kind, class Grid>
struct Step {
  float scale, shift, slope;
  Grid grid;
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x) const {
    return grid(d, activated<kind>(d, affine_of<affine>(d, x, scale, shift), slope));
  }
};

template <bool affine, Activation kind, class Grid>
void run(const Pointwise &p, const Grid &grid, const float *x, float *y, int width) {
  Step<affine, kind, Grid> step{1, 0, p.slope, grid};
  if constexpr (!affine) {
    map_lanes(x, y, static_cast<std::size_t>(p.rows.rows()) * width, step);
    return;
  }
  const std::size_t block = static_cast<std::size_t>(p.rows.inner) * width;
  for (int o = 0; o < p.rows.outer; ++o)
    for (int c = 0; c < p.rows.channels; ++c, x += block, y += block) {
      step.scale = p.scale[c];
      step.shift = p.shift[c];
      map_lanes(x, y, block, step);
    }
}

template <Activation kind, class Grid>
void run(const Pointwise &p, const Grid &grid, const float *x, float *y, int width) {
  if (p.scale != nullptr)
    run<true, kind>(p, grid, x, y, width);
  else
    run<false, kind>(p, grid, x, y, width);
}

struct Plain {
  const Pointwise &p;
  const float *x;
  float *y;
  int width;
  template <Activation kind>
  void operator()() const {
    run<kind>(p, NoGrid{}, x, y, width);
  }
};

template <Activation kind>
struct Rounded {
  const Pointwise &p;
  const float *x;
  float *y;
  int width;
  template <Rounding mode>
  void operator()() const {
    run<kind>(p, OnGrid<mode>{grid_floats(*p.grid)}, x, y, width);
  }
};

}  // namespace

void pointwise_forward(const Pointwise &p, const float *x, float *y, int width) {
  if (p.grid == nullptr) return with_activation(p.activation, Plain{p, x, y, width});
  const Rounding mode = p.grid->type.rounding;
  const bool floats = rounds_in_floats(*p.grid);
  if (floats && p.activation == Activation::none) return with_rounding(mode, Rounded<Activation::none>{p, x, y, width});
  if (floats && p.activation == Activation::relu) return with_rounding(mode, Rounded<Activation::relu>{p, x, y, width});
  if (floats && p.activation == Activation::leaky_relu)
    return with_rounding(mode, Rounded<Activation::leaky_relu>{p, x, y, width});
  // Activations that take longer than memory, and rare types: the grid in a pass of its own.
  with_activation(p.activation, Plain{p, x, y, width});
  Pointwise rest;
  rest.rows = p.rows;
  rest.grid = p.grid;
  if (floats)
    with_rounding(mode, Rounded<Activation::none>{rest, y, y, width});
  else
    quantize_one_by_one(*p.grid, y, static_cast<std::size_t>(p.rows.rows()) * width);
}

}  // namespace nac::fw::fused::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nac::fw::fused {

HWY_EXPORT(pointwise_forward);

void Pointwise::forward(const float *x, float *y, int width) const {
  HWY_DYNAMIC_DISPATCH(pointwise_forward)(*this, x, y, width);
}

}  // namespace nac::fw::fused
#endif

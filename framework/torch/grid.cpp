// SPDX-License-Identifier: Apache-2.0
#include "torch/grid.hpp"

#include <cmath>

#include "torch/quantize.hpp"

namespace nac::fw::libtorch {

int fraction_of(const GridPlan &grid, const Frame &frame) {
  return grid.fraction([&](ValueId scale) { return fraction_of(frame.values[scale]); });
}

at::Tensor step_of(const GridPlan &grid, const Frame &frame) {
  at::Tensor least;
  for (const GridPlan::Term &term : grid.terms) {
    const at::Tensor step = frame.values[term.scale].detach().to(at::kDouble) * std::ldexp(1.0, -term.shift);
    least = least.defined() ? at::minimum(least, step) : step;
  }
  return least;
}

}  // namespace nac::fw::libtorch

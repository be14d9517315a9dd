// SPDX-License-Identifier: Apache-2.0
#include "hls_backend/emit/adder_problem.hpp"

#include <algorithm>
#include <string>

#include "nac/cpp/error.hpp"

namespace nac::hls {
namespace {

/// n of a grid with `fraction` bits on the grid of the accumulator.
int64_t regrid(int64_t n, int fraction, const layer &l, const char *what) {
  const int shift = l.accumulator.fraction() - fraction;
  const int64_t moved = shift >= 63 || shift <= -63 ? 0 : shift >= 0 ? n * (int64_t{1} << shift) : n >> -shift;
  const bool exact = n == 0 || (shift >= 0 ? shift < 63 && moved >> shift == n : shift > -63 && moved << -shift == n);
  if (!exact)
    fail(NAC_INTERNAL, "layer '" + l.name + "': " + what + " " + std::to_string(n) + " with " +
                           std::to_string(fraction) + " fractional bits is not on the grid of " + l.accumulator.text());
  return moved;
}

}  // namespace

cmvm::problem adder_problem(const model &m, const layer &l) {
  const tensor &in = m.tensors[static_cast<std::size_t>(l.inputs.front())];
  const window &g = l.geometry;
  const bool padded = l.kind == layer_kind::conv && (g.pad_top | g.pad_left | g.pad_bottom | g.pad_right) != 0;
  cmvm::bounds range{in.range.low, in.range.high};
  if (padded) range = {std::min<int64_t>(range.low, 0), std::max<int64_t>(range.high, 0)};

  cmvm::problem p;
  p.inputs = l.weights.inputs;
  p.outputs = l.weights.outputs;
  p.range.assign(static_cast<std::size_t>(p.inputs), range);
  const int fraction = in.type.fraction() + l.weights.type.fraction();
  for (const int64_t w : l.weights.values) p.matrix.push_back(regrid(w, fraction, l, "weight"));
  for (const int64_t b : l.weights.bias) p.bias.push_back(regrid(b, l.weights.bias_type.fraction(), l, "bias"));
  return p;
}

cmvm::adder_graph layer_adders(const model &m, const layer &l) {
  // Two levels more than the least cost half a percent of adders over any depth.
  cmvm::settings how;
  how.extra_depth = 2;
  return cmvm::solve(adder_problem(m, l), how);
}

}  // namespace nac::hls

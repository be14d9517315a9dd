// SPDX-License-Identifier: Apache-2.0
#include "fused/weights/scales.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace nac::fw::fused {
namespace {

/// t of a scale PowerOfTwo(t); 0: the scale is a constant.
ValueId exponent_of(const Graph &graph, ValueId scale) {
  const Value &value = graph.value(scale);
  return value.kind == ValueKind::result ? graph.node(value.producer).inputs.at(0) : 0;
}

}  // namespace

int fraction_of(const State &state, ValueId scale) {
  const ValueId exponent = exponent_of(state.graph(), scale);
  if (exponent == 0) return -std::ilogb(*state.value(scale));
  const float t = std::ceil(*state.value(exponent));
  return t >= -126 ? -static_cast<int>(std::min(t, 126.0F)) : 126;
}

std::vector<int> fractions_of(const State &state, ValueId scale) {
  const float *values = state.value(scale);
  std::vector<int> fractions(static_cast<std::size_t>(elements_of(state.graph().value(scale).shape)));
  for (std::size_t i = 0; i < fractions.size(); ++i) fractions[i] = -std::ilogb(values[i]);
  return fractions;
}

int fraction_of(const State &state, const GridPlan &grid) {
  return grid.fraction([&](ValueId scale) { return fraction_of(state, scale); });
}

bool exact_sum(const State &state, const std::vector<GridPlan> &grids, double count) {
  std::vector<int> fractions;
  for (const GridPlan &grid : grids) {
    if (!grid.known() || !std::isfinite(grid.largest)) return false;
    fractions.push_back(fraction_of(state, grid));
  }
  const int finest = *std::max_element(fractions.begin(), fractions.end());
  double sum = 0;
  for (std::size_t i = 0; i < grids.size(); ++i) sum += std::ldexp(grids[i].largest * count, finest - fractions[i]);
  return sum < kSingleLimit && fits_single(std::ldexp(1.0, -finest));
}

void add_scale_gradient(State &state, ValueId scale, double gradient) {
  const ValueId exponent = exponent_of(state.graph(), scale);
  float *t = exponent != 0 ? state.gradient(exponent) : nullptr;
  if (t == nullptr) return;
  *t += static_cast<float>(gradient * std::ldexp(std::numbers::ln2, -fraction_of(state, scale)));
}

}  // namespace nac::fw::fused

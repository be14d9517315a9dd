// SPDX-License-Identifier: Apache-2.0
#include "torch/exact.hpp"

#include <algorithm>
#include <cmath>

#include "torch/grid.hpp"

namespace nac::fw::libtorch {

ExactSum::ExactSum(Lowering &l, const Node &node, const std::vector<ValueId> &terms, double count)
    : applies_(l.quantized && l.quantized->is_activation(node.outputs.at(0)) &&
               l.graph.value(node.outputs[0]).dtype == DType::f32),
      on_cpu_(l.on_cpu),
      count_(count) {
  if (!applies_) return;
  for (const ValueId id : terms) {
    grids_.push_back(l.quantized->grid(id));
    l.read_also(grids_.back());
  }
}

bool ExactSum::wide(const Frame &frame) const {
  double sum = 0;
  const bool one = grids_.size() == 1;
  for (const GridPlan &grid : grids_)
    if (!grid.known() || !std::isfinite(grid.largest)) return true;
  if (one) return grids_[0].largest * count_ >= kSingleLimit;
  if (!on_cpu_) return true;  // reading scales would wait for the device
  std::vector<int> fractions;
  for (const GridPlan &grid : grids_) fractions.push_back(fraction_of(grid, frame));
  const int finest = *std::max_element(fractions.begin(), fractions.end());
  for (std::size_t i = 0; i < grids_.size(); ++i) sum += std::ldexp(grids_[i].largest * count_, finest - fractions[i]);
  return !(sum < kSingleLimit) || !fits_single(std::ldexp(1.0, -finest));
}

at::Tensor ExactSum::operand(const Frame &frame, const at::Tensor &x) const {
  return applies_ && !frame.training && wide(frame) ? x.to(at::kDouble) : x;
}

ExactProduct::ExactProduct(const Lowering &l, const Node &node, ValueId a, ValueId b, double count) {
  if (!l.quantized || !l.quantized->is_activation(node.outputs.at(0))) return;
  const GridPlan first = l.quantized->grid(a), second = l.quantized->grid(b);
  wide_ = !first.known() || !second.known() || !(first.largest * second.largest * count < kSingleLimit);
}

at::Tensor ExactProduct::operand(const Frame &frame, const at::Tensor &x) const {
  return wide_ && !frame.training ? x.to(at::kDouble) : x;
}

}  // namespace nac::fw::libtorch

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "torch/lowering.hpp"

namespace nac::fw::libtorch {

/// Keeps sums of integers exact: float64 where float32 could not hold them, but not while statistics move, when nobody
/// needs it. Does nothing in graphs without quantizers and outside of their networks.
class ExactSum {
 public:
  /// For the node whose step is emitted next: a sum over `terms`, `count` of each.
  ExactSum(Lowering &l, const Node &node, const std::vector<ValueId> &terms, double count);
  at::Tensor operand(const Frame &frame, const at::Tensor &x) const;

 private:
  bool wide(const Frame &frame) const;
  bool applies_ = false, on_cpu_ = false;
  std::vector<GridPlan> grids_;  ///< of the terms; one that is not known makes every sum a wide one
  double count_ = 1;
};

/// The same for a product of two values of the graph with `count` terms.
class ExactProduct {
 public:
  ExactProduct(const Lowering &l, const Node &node, ValueId a, ValueId b, double count);
  at::Tensor operand(const Frame &frame, const at::Tensor &x) const;

 private:
  bool wide_ = false;
};

}  // namespace nac::fw::libtorch

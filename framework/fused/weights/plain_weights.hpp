// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "fused/weights/layer_weights.hpp"
#include "fused/weights/weight_form.hpp"

namespace nac::fw::fused {

/// Weights in float: a parameter or constant, or its product with a mask.
class PlainWeights : public LayerWeights {
 public:
  /// Whether the weight of this node (Conv, Gemm, MatMul) and its bias have a form that is accepted here: nothing
  /// computed but Mul(w, mask), transA = 0.
  static bool accepts(const Graph &graph, NodeId product);
  /// `bias`: one that an Add behind the product adds, of [out] or one element; 0: that of the node, if it has any.
  /// Throws Error naming the node when accepts() is false.
  PlainWeights(const Graph &graph, NodeId product, ValueId bias = 0);

  void prepare(const State &state, bool moving, float *weights, float *bias) override;
  bool has_bias(bool) const override { return bias_ != 0; }
  void pull_back(const float *dweights, const float *dbias, State &state) override;
  const float *mask() const override { return kept_.empty() ? nullptr : kept_.data(); }

 private:
  /// Whether the product's weights are the parameter's floats in their order.
  bool as_is() const { return !form_.channels_last && mask_.empty() && alpha_ == 1; }

  WeightForm form_;
  ValueId weight_ = 0, bias_ = 0;
  bool one_bias_ = false;           ///< one number for all channels
  float alpha_ = 1, beta_ = 1;      ///< of Gemm
  std::vector<float> mask_, kept_;  ///< as [out][terms]
};

}  // namespace nac::fw::fused

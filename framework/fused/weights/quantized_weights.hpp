// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "fixed/training/quantized_graph.hpp"
#include "fixed/training/quantized_layer_parts.hpp"
#include "fused/weights/layer_weights.hpp"
#include "fused/weights/weight_form.hpp"

namespace nac::fw::fused {

/// Weights of a quantized layer. With frozen statistics: the deployed form's integers, batch normalization folded in;
/// nothing follows but the activation. While they move, in layers with batch normalization: the rounded weight divided
/// by what it was folded with, and the bias in float; batch normalization follows. Gradients go straight through.
class QuantizedWeights : public LayerWeights {
 public:
  /// `input`: the grid of what the layer reads. Throws Error for what cannot be quantized.
  QuantizedWeights(const Graph &graph, const QuantizedLayer &layer, GridPlan input);

  void prepare(const State &state, bool moving, float *weights, float *bias) override;
  bool has_bias(bool moving) const override { return parts_.bias != 0 || (parts_.has_norm() && !moving); }
  void pull_back(const float *dweights, const float *dbias, State &state) override;
  const float *mask() const override { return kept_.empty() ? nullptr : kept_.data(); }

  bool exact() const override { return exact_; }
  const double *wide_weights() const override { return exact_ ? nullptr : wide_weights_.data(); }
  const double *wide_bias() const override { return exact_ || !has_bias(false) ? nullptr : wide_bias_.data(); }

  const QuantizedLayerParts &parts() const { return parts_; }
  /// Bound of the sums in steps of the accumulator, before the bias and for any weights; exact() is false only where
  /// this, with the bias, may reach kSingleLimit.
  double bound() const { return bound_; }

 private:
  NormArrays norm_of(const State &state) const;
  WeightArrays arrays_of(const State &state) const;
  /// Weights folded, rounded and restored, as prepare() gives them.
  void fold(const WeightArrays &in, const State &state, float *weights);
  void prepare_moving(const State &state, float *weights, float *bias);
  void prepare_frozen(const State &state, float *weights, float *bias);
  /// The bias on its grid, into wide_bias_; returns the largest in steps of the accumulator.
  double fold_bias_values(const State &state, const std::vector<int> &fractions);
  /// Of weights that no batch normalization is folded into.
  void pull_back_unfolded(const float *dweights, State &state) const;
  void pull_back_moving(const float *dweights, const float *dbias, State &state) const;
  void pull_back_bias(const float *dbias, State &state);

  WeightForm form_;
  QuantizedLayerParts parts_;
  GridPlan input_;
  double bound_ = 0;
  bool moving_ = false, exact_ = true;
  std::vector<double> factor_, factor_gradient_, inverse_, scale_;
  std::vector<float> folded_, gradient_, bias_values_;  ///< in the weight's own layout
  std::vector<double> wide_folded_, wide_weights_, wide_bias_;
  std::vector<float> kept_;
};

}  // namespace nac::fw::fused

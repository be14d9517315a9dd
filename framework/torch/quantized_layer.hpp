// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "fixed/training/quantized_layer_parts.hpp"
#include "torch/program.hpp"

namespace nac::fw::libtorch {

struct FoldedLayer {
  at::Tensor weight, bias;  ///< on the grid; the bias undefined where the layer has none
  double largest_bias = 0;  ///< in steps of the accumulator; infinity where it is not known
  double finest_step = 0;   ///< of the accumulator; 0 where it is not known
};

/// Weight and bias as the deployed form has them, differentiable in the weight, the bias, gamma and beta, straight
/// through. `fraction`: of the layer's input. CPU only; `layer` must live until after the backward pass.
FoldedLayer fold(const QuantizedLayerParts &layer, const Frame &frame, int fraction);
/// The same by tensor operations on any device; step: of the layer's input.
FoldedLayer fold_by_tensors(const QuantizedLayerParts &layer, const Frame &frame, const at::Tensor &step);

/// The largest sum over a channel of |n| of a folded float32 weight's integers n. CPU only.
double largest_row(const QuantizedLayerParts &layer, const Frame &frame, const at::Tensor &folded);

/// The weight as it is trained while statistics move: q(w * factor) / factor, with the factor of the running variance
/// as a constant, since straight through the result does not depend on it.
at::Tensor rounded_weight(const QuantizedLayerParts &layer, const Frame &frame);
at::Tensor rounded_weight_by_tensors(const QuantizedLayerParts &layer, const Frame &frame);

}  // namespace nac::fw::libtorch

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "fixed/layers.hpp"
#include "fixed/quantizer.hpp"

namespace nac::fw {

/// Batch normalization as one affine map per channel, in double precision, each operation rounded once; the engine does
/// the same operations, so that both get the same bits. factor = gamma / sqrt(variance + epsilon); without a norm 1.
struct Folding {
  std::vector<double> factor, mean, beta;
  /// float32(w * factor)
  float weight(float w, std::size_t channel) const;
  /// float32((b - mean) * factor + beta)
  float bias(float b, std::size_t channel) const;
};
/// Throws Error when a value has no data.
Folding folding_of(const Graph &graph, const QuantizedLayer &layer);

/// The values that the weight's Quant reads, folded, in the weight's layout.
std::vector<float> folded_weight(const Graph &graph, const QuantizedLayer &layer);

/// f of the scale 2^-f that minimizes sum (w - q(w))^2 of `values`: of the finest that clips nothing and the next finer
/// one. 0 for values that are all 0.
int fitted_fraction(const float *values, std::size_t count, std::size_t stride, const QuantType &type);

/// Sets the scale of every weight quantizer with fit = 1 from the data that the graph holds.
void fit_weight_scales(Graph &graph);

}  // namespace nac::fw

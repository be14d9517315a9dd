// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <vector>

#include "fixed/quantizer.hpp"

namespace nac::fw {

// Weights and biases of quantized layers, folded with their batch normalization. The operations and their order are
// those of fixed/fold.cpp, so that both give the same bits. Null pointers are what is absent.

/// Where the channels of a weight lie: element i belongs to channel i / inner % channels.
struct WeightLayout {
  std::size_t count = 0, channels = 0, inner = 1;
};

/// Batch normalization of a layer, per channel.
struct NormArrays {
  const float *gamma = nullptr, *beta = nullptr, *mean = nullptr, *variance = nullptr;
  double epsilon = 0;
};

/// gamma / sqrt(variance + epsilon); 1 without a norm.
std::vector<double> folding_factors(const NormArrays &norm, std::size_t channels);

struct WeightArrays {
  const float *weight = nullptr, *mask = nullptr;
  const double *factor = nullptr;    ///< per channel; null: 1
  const double *restored = nullptr;  ///< per channel, multiplied after rounding; null: 1
};

/// out = q(float(weight * mask * factor)) * restored, with quantize()'s n * 2^-fraction; one fraction, or one per
/// channel.
template <class Out>
void fold_weights(const WeightArrays &in, const WeightLayout &layout, const std::vector<int> &fractions,
                  const QuantType &type, Out *out);

/// The largest sum over a channel of |n|, of weights n * 2^-fraction.
double largest_row(const float *weight, const WeightLayout &layout, const std::vector<int> &fractions);

/// Gradient of q(weight * mask * factor), straight through: that of the weight, and that of the factor, per channel
/// (null: not wanted). `factor` null: 1.
template <class G>
void fold_weights_gradient(const WeightArrays &in, const WeightLayout &layout, const G *g, float *weight,
                           double *factor);

/// out = the bias (b - mean) * factor + beta as float, rounded half to even to multiples of 2^-fraction; one fraction,
/// or one per channel. b and the norm may be absent, but not both. Returns the largest |multiple|.
double fold_bias(const float *b, const NormArrays &norm, const std::vector<double> &factor, std::size_t channels,
                 const std::vector<int> &fractions, float *out);

}  // namespace nac::fw

// SPDX-License-Identifier: Apache-2.0
#include "fused/ops/norm_op.hpp"

#include <algorithm>
#include <cmath>

namespace nac::fw::fused {

NormStatistics::NormStatistics(const NormParameters &parameters, const ChannelRows &rows, Slot x, Slot y, bool x_wanted)
    : parameters_(parameters), rows_(rows), y_(y) {
  const auto channels = static_cast<std::size_t>(rows.channels);
  moments_.resize(channels);
  sum_.resize(channels);
  product_.resize(channels);
  for (AlignedFloats *a : {&gamma_, &beta_, &mean_, &inverse_, &scale_, &shift_, &from_gradient_, &from_x_, &constant_})
    a->resize(channels);
  reads = {x};
  rereads = {x};
  reads_gradients = {y};
  gradients = {{x_wanted ? x : kNoSlot}};
}

void NormStatistics::start(State &state) {
  std::fill(moments_.begin(), moments_.end(), Moments{});
  std::fill(sum_.begin(), sum_.end(), 0.0);
  std::fill(product_.begin(), product_.end(), 0.0);
  std::copy_n(state.value(parameters_.gamma), gamma_.size(), gamma_.data());
  std::copy_n(state.value(parameters_.beta), beta_.size(), beta_.data());
}

void NormStatistics::forward(const Tile &tile) {
  add_moments(rows_, tile.value(reads[0]), tile.width, tile.samples, moments_.data());
}

void NormStatistics::forward_done(Storage &, const Batch &) {
  for (std::size_t c = 0; c < moments_.size(); ++c) {
    const Moments &m = moments_[c];
    const double inverse = 1 / std::sqrt(m.m2 / m.count + parameters_.epsilon);
    const double scale = static_cast<double>(gamma_[c]) * inverse;
    mean_[c] = static_cast<float>(m.mean);
    inverse_[c] = static_cast<float>(inverse);
    scale_[c] = static_cast<float>(scale);
    shift_[c] = static_cast<float>(static_cast<double>(beta_[c]) - m.mean * scale);
  }
}

void NormStatistics::backward(const Tile &tile) {
  const GradientSlot &x = gradients[0];
  if (!x.wanted()) return;
  apply_gradient(rows_, tile.value(reads[0]), tile.gradient(y_), from_gradient_.data(), from_x_.data(),
                 constant_.data(), x.add, tile.width, tile.samples, tile.gradient(x.slot));
}

void NormStatistics::finish(State &state) {
  float *gamma = state.gradient(parameters_.gamma), *beta = state.gradient(parameters_.beta);
  float *mean = state.value(parameters_.mean), *variance = state.value(parameters_.variance);
  const double keep = 1 - parameters_.momentum;
  for (std::size_t c = 0; c < moments_.size(); ++c) {
    const Moments &m = moments_[c];
    if (gamma != nullptr) gamma[c] += static_cast<float>(product_[c]);
    if (beta != nullptr) beta[c] += static_cast<float>(sum_[c]);
    mean[c] = static_cast<float>(keep * static_cast<double>(mean[c]) + parameters_.momentum * m.mean);
    variance[c] =
        static_cast<float>(keep * static_cast<double>(variance[c]) + parameters_.momentum * m.m2 / (m.count - 1));
  }
}

NormApply::NormApply(NormStatistics *statistics, const PointwiseOp::Parts &after, Slot x, Slot y)
    : statistics_(statistics), quantizer_(after.quantizer) {
  pointwise_.rows = statistics->rows();
  pointwise_.scale = statistics->scale_.data();
  pointwise_.shift = statistics->shift_.data();
  pointwise_.activation = after.activation;
  pointwise_.slope = after.slope;
  pointwise_.grid = quantizer_.grid();
  reads = {x};
  writes = y;
  rereads = {x};
  barrier = statistics;
  repeatable = true;
}

void NormApply::start(State &state) {
  if (quantizer_.present()) quantizer_.start(state);
}

void NormApply::forward(const Tile &tile) { pointwise_.forward(tile.value(reads[0]), tile.value(writes), tile.width); }

void NormApply::backward(const Tile &tile) {
  const float *x = tile.value(reads[0]);
  float *dy = tile.gradient(writes);
  NormStatistics &s = *statistics_;
  if (pointwise_.activation != Activation::none || quantizer_.present())
    pointwise_.backward_with_sums(x, dy, dy, s.mean_.data(), s.inverse_.data(), s.sum_.data(), s.product_.data(),
                                  quantizer_.scale_gradient(), tile.width);
  else
    add_gradient_sums(s.rows_, x, dy, s.mean_.data(), s.inverse_.data(), tile.width, s.sum_.data(), s.product_.data());
}

/// d x = scale * (d v - mean(d v) - xhat * mean(d v * xhat)), Ioffe and Szegedy 2015, as a sum of d v, x and 1.
void NormApply::backward_done(Storage &, const Batch &) {
  NormStatistics &s = *statistics_;
  for (std::size_t c = 0; c < s.moments_.size(); ++c) {
    const Moments &m = s.moments_[c];
    const double scale = static_cast<double>(s.scale_[c]), inverse = static_cast<double>(s.inverse_[c]);
    const double along = scale * inverse * s.product_[c] / m.count;
    s.from_gradient_[c] = s.scale_[c];
    s.from_x_[c] = static_cast<float>(-along);
    s.constant_[c] = static_cast<float>(along * m.mean - scale * s.sum_[c] / m.count);
  }
}

}  // namespace nac::fw::fused

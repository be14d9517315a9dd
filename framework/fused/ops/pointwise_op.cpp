// SPDX-License-Identifier: Apache-2.0
#include "fused/ops/pointwise_op.hpp"

#include <cmath>

#include "fused/kernels/move_rows.hpp"

namespace nac::fw::fused {

PointwiseOp::PointwiseOp(const Parts &parts, Slot x, Slot y, bool x_wanted) : quantizer_(parts.quantizer) {
  pointwise_.rows = parts.rows;
  pointwise_.activation = parts.activation;
  pointwise_.slope = parts.slope;
  pointwise_.grid = quantizer_.grid();
  if (parts.norm != nullptr) {
    norm_ = *parts.norm;
    scale_.resize(static_cast<std::size_t>(parts.rows.channels));
    shift_.resize(scale_.size());
    pointwise_.scale = scale_.data();
    pointwise_.shift = shift_.data();
  }
  reads = {x};
  writes = y;
  rereads = {x};
  gradients = {{x_wanted ? x : kNoSlot}};
}

void PointwiseOp::start(State &state) {
  if (quantizer_.present()) quantizer_.start(state);
  for (std::size_t c = 0; c < scale_.size(); ++c) {
    const double factor = static_cast<double>(state.value(norm_.gamma)[c]) /
                          std::sqrt(static_cast<double>(state.value(norm_.variance)[c]) + norm_.epsilon);
    scale_[c] = static_cast<float>(factor);
    shift_[c] = static_cast<float>(static_cast<double>(state.value(norm_.beta)[c]) -
                                   static_cast<double>(state.value(norm_.mean)[c]) * factor);
  }
}

void PointwiseOp::forward(const Tile &tile) {
  pointwise_.forward(tile.value(reads[0]), tile.value(writes), tile.width);
}

void PointwiseOp::backward(const Tile &tile) {
  const GradientSlot &x = gradients[0];
  if (!x.wanted() && !quantizer_.learned()) return;
  float *dy = tile.gradient(writes);
  float *dx = x.wanted() && !x.add ? tile.gradient(x.slot) : dy;
  pointwise_.backward(tile.value(reads[0]), dy, dx, nullptr, quantizer_.scale_gradient(), tile.width);
  if (x.wanted() && x.add) add_rows(dy, pointwise_.rows.rows(), tile.gradient(x.slot), tile.width);
}

}  // namespace nac::fw::fused

// SPDX-License-Identifier: Apache-2.0
#include "fused/ops/product_op.hpp"

#include <algorithm>

namespace nac::fw::fused {

ChannelRows channel_rows(const ProductShape &shape, int positions) {
  return shape.channels_last ? ChannelRows{positions, shape.out, 1} : ChannelRows{1, shape.out, positions};
}

bool few_columns(int positions, int width) { return positions * width < 512; }

ProductOp::ProductOp(Layer layer, Slot x, Slot y, bool x_wanted, int width)
    : layer_(std::move(layer)), product_(layer_.shape, width), rows_(channel_rows(layer_.shape, product_.positions())) {
  if (layer_.weights->mask() != nullptr) product_.skip(layer_.weights->mask());
  has_bias_ = layer_.weights->has_bias(layer_.moving);
  const auto out = static_cast<std::size_t>(layer_.shape.out);
  const std::size_t count = out * static_cast<std::size_t>(product_.terms());
  weights_.resize(count);
  packed_.resize(product_.packed());
  weights_gradient_.resize(count);
  bias_.resize(out);
  bias_gradient_.resize(out);
  reads = {x};
  writes = y;
  rereads = {x};
  if (layer_.activation != Activation::none) rereads.push_back(y);
  gradients = {{x_wanted ? x : kNoSlot}};
  reads_all_tiles = few_columns(product_.positions(), width);
}

void ProductOp::start(State &state) {
  layer_.weights->prepare(state, layer_.moving, weights_.data(), bias());
  product_.pack(weights_.data(), packed_.data());
  std::fill(weights_gradient_.begin(), weights_gradient_.end(), 0.0F);
  std::fill(bias_gradient_.begin(), bias_gradient_.end(), 0.0F);
}

void ProductOp::forward(const Tile &tile) {
  product_.forward(tile.value(reads[0]), packed_.data(), bias(), layer_.activation, layer_.slope, tile.value(writes),
                   tile.scratch());
}

void ProductOp::backward(const Tile &tile) {
  float *dy = tile.gradient(writes);
  const bool active = layer_.activation != Activation::none;
  if (active)
    activation_gradient(rows_, layer_.activation, layer_.slope, tile.value(writes), dy, dy, bias_sum(), tile.width);
  if (!reads_all_tiles)
    product_.weight_gradient(tile.value(reads[0]), 0, dy, 0, 1, weights_gradient_.data(), active ? nullptr : bias_sum(),
                             tile.scratch());
  const GradientSlot &x = gradients[0];
  if (x.wanted()) product_.input_gradient(dy, packed_.data(), tile.gradient(x.slot), x.add, tile.scratch());
}

void ProductOp::backward_done(Storage &storage, const Batch &batch) {
  if (!reads_all_tiles) return;
  const Place &x = storage.values[static_cast<std::size_t>(reads[0])];
  const Place &dy = storage.gradients[static_cast<std::size_t>(writes)];
  float *sum = layer_.activation == Activation::none ? bias_sum() : nullptr;
  product_.weight_gradient(x.base, x.stride, dy.base, dy.stride, batch.tiles, weights_gradient_.data(), sum,
                           storage.scratch.data());
}

void ProductOp::finish(State &state) {
  layer_.weights->pull_back(weights_gradient_.data(), has_bias_ ? bias_gradient_.data() : nullptr, state);
}

}  // namespace nac::fw::fused

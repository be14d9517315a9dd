// SPDX-License-Identifier: Apache-2.0
#include "fused/ops/quantized_op.hpp"

#include <algorithm>

#include "fixed/training/quantizer_loops.hpp"
#include "fused/ops/product_op.hpp"

namespace nac::fw::fused {

QuantizedOp::QuantizedOp(Layer layer, Slot x, Slot z, Slot y, bool x_wanted, int width)
    : layer_(std::move(layer)),
      product_(layer_.shape, width),
      width_(width),
      z_(z),
      has_bias_(layer_.weights->has_bias(false)) {
  if (layer_.weights->mask() != nullptr) product_.skip(layer_.weights->mask());
  const auto out = static_cast<std::size_t>(layer_.shape.out);
  const std::size_t count = out * static_cast<std::size_t>(product_.terms());
  weights_.resize(count);
  packed_.resize(product_.packed());
  weights_gradient_.resize(count);
  bias_.resize(out);
  bias_gradient_.resize(out);
  after_.rows = channel_rows(layer_.shape, product_.positions());
  after_.activation = layer_.activation;
  after_.slope = layer_.slope;
  after_.grid = layer_.quantizer.grid();
  reads = {x};
  writes = y;
  also_writes = {z};
  rereads = {x, z};
  gradients = {{x_wanted ? x : kNoSlot}};
  reads_all_tiles = few_columns(product_.positions(), width);
}

void QuantizedOp::start(State &state) {
  if (layer_.quantizer.present()) layer_.quantizer.start(state);
  layer_.weights->prepare(state, false, weights_.data(), has_bias_ ? bias_.data() : nullptr);
  product_.pack(weights_.data(), packed_.data());
  std::fill(weights_gradient_.begin(), weights_gradient_.end(), 0.0F);
  std::fill(bias_gradient_.begin(), bias_gradient_.end(), 0.0F);
  wide_now_ = !layer_.weights->exact() || reads_wide();
  if (layer_.y_wide) layer_.y_wide->used = wide_now_;
  if (wide_now_) prepare_wide();
}

void QuantizedOp::prepare_wide() {
  if (!wide_) {
    wide_ = std::make_unique<WideProduct>(layer_.shape, width_);
    wide_packed_.resize(wide_->packed());
  }
  const auto results = static_cast<std::size_t>(wide_->output_rows()) * static_cast<std::size_t>(width_);
  if (layer_.y_wide) layer_.y_wide->rows.resize(results);
  if (reads_wide()) {
    sum_.resize(results);
    rest_.resize(results);
    high_.resize(layer_.x_wide->rows.size());
    low_.resize(high_.size());
  }
  wide_bias_.assign(has_bias_ ? bias_.size() : 0, 0.0);
  if (layer_.weights->exact()) {
    const std::vector<double> weights(weights_.begin(), weights_.end());
    wide_->pack(weights.data(), wide_packed_.data());
    std::copy_n(bias_.begin(), wide_bias_.size(), wide_bias_.begin());
    return;
  }
  wide_->pack(layer_.weights->wide_weights(), wide_packed_.data());
  if (const double *bias = layer_.weights->wide_bias()) std::copy_n(bias, wide_bias_.size(), wide_bias_.begin());
}

/// What a float leaves of a number is a float again, up to 48 bits in all, and sums of integers do not depend on how
/// they are split.
void QuantizedOp::forward_wide(float *z, float *y) {
  const std::vector<double> &x = layer_.x_wide->rows;
  for (std::size_t i = 0; i < x.size(); ++i) {
    high_[i] = static_cast<float>(x[i]);
    low_[i] = static_cast<float>(x[i] - static_cast<double>(high_[i]));
  }
  const double *bias = has_bias_ ? wide_bias_.data() : nullptr;
  wide_->forward(high_.data(), wide_packed_.data(), bias, {Activation::none, 0, nullptr, sum_.data()}, nullptr, y);
  wide_->forward(low_.data(), wide_packed_.data(), nullptr, {Activation::none, 0, nullptr, rest_.data()}, nullptr, y);
  for (std::size_t i = 0; i < sum_.size(); ++i) sum_[i] += rest_[i];
  std::transform(sum_.begin(), sum_.end(), z, [](double v) { return static_cast<float>(v); });
  activate(layer_.activation, layer_.slope, sum_);
  if (layer_.y_wide) layer_.y_wide->rows = sum_;
  if (const GridStep *grid = layer_.quantizer.grid()) {
    quantize_values(sum_.data(), y, sum_.size(), grid->fraction, grid->type);
  } else {
    std::transform(sum_.begin(), sum_.end(), y, [](double v) { return static_cast<float>(v); });
  }
}

void QuantizedOp::forward(const Tile &tile) {
  const float *x = tile.value(reads[0]);
  float *z = tile.value(z_), *y = tile.value(writes);
  if (wide_now_ && reads_wide()) {
    forward_wide(z, y);
    return;
  }
  if (wide_now_) {
    double *wide = layer_.y_wide ? layer_.y_wide->rows.data() : nullptr;
    const WideResult result{layer_.activation, layer_.slope, layer_.quantizer.grid(), wide};
    wide_->forward(x, wide_packed_.data(), has_bias_ ? wide_bias_.data() : nullptr, result, z, y);
    return;
  }
  product_.forward(x, packed_.data(), has_bias_ ? bias_.data() : nullptr, Activation::none, 0, z, tile.scratch());
  after_.forward(z, y, tile.width);
}

void QuantizedOp::backward(const Tile &tile) {
  float *dy = tile.gradient(writes);
  after_.backward(tile.value(z_), dy, dy, bias_sum(), layer_.quantizer.scale_gradient(), tile.width);
  if (!reads_all_tiles)
    product_.weight_gradient(tile.value(reads[0]), 0, dy, 0, 1, weights_gradient_.data(), nullptr, tile.scratch());
  const GradientSlot &x = gradients[0];
  if (x.wanted()) product_.input_gradient(dy, packed_.data(), tile.gradient(x.slot), x.add, tile.scratch());
}

void QuantizedOp::backward_done(Storage &storage, const Batch &batch) {
  if (!reads_all_tiles) return;
  const Place &x = storage.values[static_cast<std::size_t>(reads[0])];
  const Place &dy = storage.gradients[static_cast<std::size_t>(writes)];
  product_.weight_gradient(x.base, x.stride, dy.base, dy.stride, batch.tiles, weights_gradient_.data(), nullptr,
                           storage.scratch.data());
}

void QuantizedOp::finish(State &state) {
  layer_.weights->pull_back(weights_gradient_.data(), bias_sum(), state);
  layer_.quantizer.finish(state);
}

}  // namespace nac::fw::fused

// SPDX-License-Identifier: Apache-2.0
#include "fused/ops/exact_op.hpp"

#include <algorithm>

#include "fixed/training/quantizer_loops.hpp"

namespace nac::fw::fused {

void activate(Activation activation, float slope, std::vector<double> &values) {
  if (activation == Activation::none) return;
  const bool relu = activation == Activation::relu;
  for (double &v : values)
    if (v < 0) v = relu ? 0.0 : v * static_cast<double>(slope);
}

ExactOp::ExactOp(OpPtr op, Parts parts, int width) : op_(std::move(op)), parts_(std::move(parts)), width_(width) {
  loads = op_->loads;
  where = op_->where;
  reads = op_->reads;
  writes = op_->writes;
  also_writes = op_->also_writes;
  rereads = op_->rereads;
  gradients = op_->gradients;
  reads_gradients = op_->reads_gradients;
  reads_all_tiles = op_->reads_all_tiles;
  barrier = op_->barrier;
  widened_.resize(parts_.operands.size());
}

void ExactOp::start(State &state) {
  op_->gradients = gradients;  // which of them are added to is known only now
  op_->start(state);
  wide_ = parts_.exact && !parts_.exact(state);
  for (const Operand &o : parts_.operands) wide_ = wide_ || (o.wide && o.wide->used);
  if (parts_.result) parts_.result->used = wide_;
  if (!wide_) return;
  if (parts_.quantizer.present()) parts_.quantizer.start(state);
  (parts_.result ? parts_.result->rows : result_).resize(lanes_of(parts_.rows));
  for (std::size_t i = 0; i < parts_.operands.size(); ++i) {
    const Operand &o = parts_.operands[i];
    widened_[i].resize(lanes_of(o.rows));
    if (o.tensor == 0) continue;
    for (std::size_t k = 0; k < widened_[i].size(); ++k)
      widened_[i][k] = static_cast<double>(state.value(o.tensor)[k / static_cast<std::size_t>(width_)]);
  }
}

const double *ExactOp::operand(std::size_t i, const Tile &tile) {
  const Operand &o = parts_.operands[i];
  if (o.wide && o.wide->used) return o.wide->rows.data();
  if (o.tensor == 0) std::copy_n(tile.value(o.slot), widened_[i].size(), widened_[i].data());
  return widened_[i].data();
}

void ExactOp::forward(const Tile &tile) {
  if (!wide_) {
    op_->forward(tile);
    return;
  }
  std::vector<const double *> operands;
  for (std::size_t i = 0; i < parts_.operands.size(); ++i) operands.push_back(operand(i, tile));
  std::vector<double> &result = parts_.result ? parts_.result->rows : result_;
  parts_.compute(operands, result.data(), width_);
  activate(parts_.activation, parts_.slope, result);
  float *y = tile.value(writes);
  if (const GridStep *grid = parts_.quantizer.grid()) {
    quantize_values(result.data(), y, result.size(), grid->fraction, grid->type);
  } else {
    std::transform(result.begin(), result.end(), y, [](double v) { return static_cast<float>(v); });
  }
}

}  // namespace nac::fw::fused

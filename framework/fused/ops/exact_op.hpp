// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <memory>

#include "fused/op.hpp"
#include "fused/ops/quantizer_step.hpp"

namespace nac::fw::fused {

/// The rows of a value in double precision, of the tile that is on its way. Its slot holds them rounded to float.
struct WideValue {
  bool used = false;  ///< in this step
  std::vector<double> rows;
};

/// An operator between quantizers, whose integers float32 may not hold in some step: then what it computes, and the
/// activation and quantizer behind it, is computed in double precision, bit for bit. Everything else, the gradient
/// included, is the business of the operator itself.
class ExactOp final : public Op {
 public:
  struct Operand {
    Slot slot = kNoSlot;
    ValueId tensor = 0;  ///< instead of a slot: one element a row
    int rows = 0;
    std::shared_ptr<const WideValue> wide;  ///< may be null
  };
  using Compute = std::function<void(const std::vector<const double *> &operands, double *result, int width)>;
  struct Parts {
    std::vector<Operand> operands;
    int rows = 0;  ///< of the result
    Compute compute;
    /// Whether float32 holds every result, where it holds the operands. Empty: always.
    std::function<bool(const State &)> exact;
    Activation activation = Activation::none;  ///< none, relu, leaky_relu
    float slope = 0;
    QuantizerStep quantizer;
    std::shared_ptr<WideValue> result;  ///< null behind a quantizer
  };
  ExactOp(OpPtr op, Parts parts, int width);

  void start(State &state) override;
  void forward(const Tile &tile) override;
  void forward_done(Storage &storage, const Batch &batch) override { op_->forward_done(storage, batch); }
  void backward(const Tile &tile) override { op_->backward(tile); }
  void backward_done(Storage &storage, const Batch &batch) override { op_->backward_done(storage, batch); }
  void finish(State &state) override { op_->finish(state); }
  std::size_t scratch() const override { return op_->scratch(); }

 private:
  const double *operand(std::size_t i, const Tile &tile);
  std::size_t lanes_of(int rows) const { return static_cast<std::size_t>(rows) * static_cast<std::size_t>(width_); }

  OpPtr op_;
  Parts parts_;
  int width_;
  bool wide_ = false;
  std::vector<std::vector<double>> widened_;  ///< of operands that are float
  std::vector<double> result_;
};

/// v = relu or leaky_relu of v, exactly; none: nothing.
void activate(Activation activation, float slope, std::vector<double> &values);

}  // namespace nac::fw::fused

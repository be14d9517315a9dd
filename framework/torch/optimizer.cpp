// SPDX-License-Identifier: Apache-2.0
#include "torch/optimizer.hpp"

#include <algorithm>
#include <cmath>

#include "torch/bridge.hpp"
#include "torch/update.hpp"

namespace nac::fw::libtorch {

FlatOptimizer::FlatOptimizer(const Recipe &recipe, const at::Tensor &parameters, bool tensor_operations,
                             OptimizerTail tail)
    : recipe_(recipe), tail_recipe_(recipe), tail_(tail), one_pass_(parameters.is_cpu() && !tensor_operations) {
  tail_recipe_.weight_decay = 0;
  if (tail_.from < 0) tail_.from = parameters.numel();
  const bool sgd = recipe.optimizer == Optimizer::sgd;
  if (!sgd || recipe.momentum > 0) first_ = at::zeros_like(parameters);
  if (!sgd) second_ = at::zeros_like(parameters);
}

void FlatOptimizer::write(Checkpoint &checkpoint) const {
  checkpoint.steps = steps_;
  if (first_.defined()) checkpoint.arrays["first moment"] = values_of(first_);
  if (second_.defined()) checkpoint.arrays["second moment"] = values_of(second_);
}

void FlatOptimizer::read(const Checkpoint &checkpoint) {
  steps_ = static_cast<long>(checkpoint.steps);
  if (first_.defined()) set_values(first_, checkpoint, "first moment");
  if (second_.defined()) set_values(second_, checkpoint, "second moment");
}

void FlatOptimizer::step(at::Tensor &parameters, at::Tensor &gradient, double rate) {
  ++steps_;
  float scale = 1;
  if (recipe_.clip_norm > 0 && one_pass_) {
    const double norm = at::norm(gradient).item<double>();
    scale = static_cast<float>(std::min(1.0, recipe_.clip_norm / (norm + 1e-6)));
  } else if (recipe_.clip_norm > 0) {
    // On the device throughout: reading the norm here would wait for the GPU.
    gradient.mul_(at::clamp_max(at::reciprocal(at::norm(gradient) + 1e-6) * recipe_.clip_norm, 1.0));
  }
  const int64_t rest = parameters.numel() - tail_.from;
  step_piece({&recipe_, 0, tail_.from, rate}, parameters, gradient, scale);
  if (rest > 0) step_piece({&tail_recipe_, tail_.from, rest, rate * tail_.rate}, parameters, gradient, scale);
}

void FlatOptimizer::step_piece(const Piece &piece, at::Tensor &parameters, const at::Tensor &gradient, float scale) {
  if (!one_pass_) {
    step_by_tensors(piece, parameters, gradient);
    return;
  }
  FlatArrays arrays;
  arrays.parameter = parameters.data_ptr<float>() + piece.from;
  arrays.gradient = gradient.data_ptr<float>() + piece.from;
  arrays.first = first_.defined() ? first_.data_ptr<float>() + piece.from : nullptr;
  arrays.second = second_.defined() ? second_.data_ptr<float>() + piece.from : nullptr;
  arrays.count = static_cast<std::size_t>(piece.count);
  update(*piece.recipe, arrays, piece.rate, steps_, scale);
}

void FlatOptimizer::step_by_tensors(const Piece &piece, const at::Tensor &parameters, const at::Tensor &gradient) {
  constexpr double kEpsilon = 1e-8;
  const auto part = [&](const at::Tensor &t) { return t.defined() ? t.narrow(0, piece.from, piece.count) : t; };
  const at::Tensor p = part(parameters), g = part(gradient), first = part(first_), second = part(second_);
  const Recipe &recipe = *piece.recipe;
  const double rate = piece.rate;
  const bool decoupled = recipe.optimizer == Optimizer::adamw;
  if (recipe.weight_decay > 0) {
    if (decoupled) {
      p.mul_(1 - rate * recipe.weight_decay);
    } else {
      g.add_(p, recipe.weight_decay);
    }
  }
  switch (recipe.optimizer) {
    case Optimizer::adam:
    case Optimizer::adamw: {
      const double correction1 = 1 - std::pow(0.9, static_cast<double>(steps_));
      const double correction2 = 1 - std::pow(0.999, static_cast<double>(steps_));
      first.mul_(0.9).add_(g, 1 - 0.9);
      second.mul_(0.999).addcmul_(g, g, 1 - 0.999);
      const at::Tensor bound = at::sqrt(second).div_(std::sqrt(correction2)).add_(kEpsilon);
      p.addcdiv_(first, bound, -rate / correction1);
      break;
    }
    case Optimizer::sgd:
      if (recipe.momentum > 0) {
        first.mul_(recipe.momentum).add_(g);
        p.add_(first, -rate);
      } else {
        p.add_(g, -rate);
      }
      break;
    case Optimizer::rmsprop: {
      second.mul_(0.99).addcmul_(g, g, 1 - 0.99);
      first.mul_(recipe.momentum).addcdiv_(g, at::sqrt(second).add_(kEpsilon));
      p.add_(first, -rate);
      break;
    }
  }
}

}  // namespace nac::fw::libtorch

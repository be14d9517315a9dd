// SPDX-License-Identifier: Apache-2.0
#include "torch/optimizer.hpp"

#include <algorithm>
#include <cmath>

#include "torch/bridge.hpp"
#include "torch/update.hpp"

namespace nac::fw::libtorch {

FlatOptimizer::FlatOptimizer(const Recipe &recipe, const at::Tensor &parameters, bool tensor_operations)
    : recipe_(recipe), one_pass_(parameters.is_cpu() && !tensor_operations) {
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
  if (!one_pass_) {
    step_by_tensors(parameters, gradient, rate);
    return;
  }
  float scale = 1;
  if (recipe_.clip_norm > 0) {
    const double norm = at::norm(gradient).item<double>();
    scale = static_cast<float>(std::min(1.0, recipe_.clip_norm / (norm + 1e-6)));
  }
  FlatArrays arrays;
  arrays.parameter = parameters.data_ptr<float>();
  arrays.gradient = gradient.data_ptr<float>();
  arrays.first = first_.defined() ? first_.data_ptr<float>() : nullptr;
  arrays.second = second_.defined() ? second_.data_ptr<float>() : nullptr;
  arrays.count = static_cast<std::size_t>(parameters.numel());
  update(recipe_, arrays, rate, steps_, scale);
}

void FlatOptimizer::step_by_tensors(at::Tensor &p, at::Tensor &g, double rate) {
  constexpr double kEpsilon = 1e-8;
  // On the device throughout: reading the norm here would wait for the GPU.
  if (recipe_.clip_norm > 0) g.mul_(at::clamp_max(at::reciprocal(at::norm(g) + 1e-6) * recipe_.clip_norm, 1.0));
  const bool decoupled = recipe_.optimizer == Optimizer::adamw;
  if (recipe_.weight_decay > 0) {
    if (decoupled) {
      p.mul_(1 - rate * recipe_.weight_decay);
    } else {
      g.add_(p, recipe_.weight_decay);
    }
  }
  switch (recipe_.optimizer) {
    case Optimizer::adam:
    case Optimizer::adamw: {
      const double correction1 = 1 - std::pow(0.9, static_cast<double>(steps_));
      const double correction2 = 1 - std::pow(0.999, static_cast<double>(steps_));
      first_.mul_(0.9).add_(g, 1 - 0.9);
      second_.mul_(0.999).addcmul_(g, g, 1 - 0.999);
      const at::Tensor bound = at::sqrt(second_).div_(std::sqrt(correction2)).add_(kEpsilon);
      p.addcdiv_(first_, bound, -rate / correction1);
      break;
    }
    case Optimizer::sgd:
      if (recipe_.momentum > 0) {
        first_.mul_(recipe_.momentum).add_(g);
        p.add_(first_, -rate);
      } else {
        p.add_(g, -rate);
      }
      break;
    case Optimizer::rmsprop: {
      second_.mul_(0.99).addcmul_(g, g, 1 - 0.99);
      first_.mul_(recipe_.momentum).addcdiv_(g, at::sqrt(second_).add_(kEpsilon));
      p.add_(first_, -rate);
      break;
    }
  }
}

}  // namespace nac::fw::libtorch

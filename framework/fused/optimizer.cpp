// SPDX-License-Identifier: Apache-2.0
#include "fused/optimizer.hpp"

#include <algorithm>
#include <cmath>

#include "fused/kernels/update.hpp"

namespace nac::fw::fused {
namespace {

constexpr const char *kFirst = "first moment", *kSecond = "second moment";

void read_moment(const Checkpoint &checkpoint, const char *name, AlignedFloats &to) {
  if (to.empty()) return;
  const std::vector<float> &from = checkpoint.array(name, to.size());
  std::copy(from.begin(), from.end(), to.begin());
}

}  // namespace

FlatOptimizer::FlatOptimizer(const Recipe &recipe, State &state, double scale_learning_rate)
    : recipe_(recipe), scale_recipe_(recipe), state_(state), scale_rate_(scale_learning_rate) {
  scale_recipe_.weight_decay = 0;
  const bool sgd = recipe.optimizer == Optimizer::sgd;
  if (!sgd || recipe.momentum > 0) first_.assign(state.flat_size(), 0.0F);
  if (!sgd) second_.assign(state.flat_size(), 0.0F);
}

void FlatOptimizer::step(double rate) {
  ++steps_;
  float scale = 1;
  if (recipe_.clip_norm > 0) {
    const double norm = std::sqrt(squared_norm(state_.flat_gradient(), state_.flat_size()));
    scale = static_cast<float>(std::min(1.0, recipe_.clip_norm / (norm + 1e-6)));
  }
  step_piece(recipe_, 0, state_.learned_scales(), rate, scale);
  if (state_.learned_scales() < state_.flat_size())
    step_piece(scale_recipe_, state_.learned_scales(), state_.flat_size(), rate * scale_rate_, scale);
}

void FlatOptimizer::step_piece(const Recipe &recipe, std::size_t from, std::size_t to, double rate, float scale) {
  FlatArrays a;
  a.parameter = state_.flat() + from;
  a.gradient = state_.flat_gradient() + from;
  a.first = first_.empty() ? nullptr : first_.data() + from;
  a.second = second_.empty() ? nullptr : second_.data() + from;
  a.count = to - from;
  update(recipe, a, rate, steps_, scale);
}

void FlatOptimizer::write(Checkpoint &checkpoint) const {
  checkpoint.steps = steps_;
  if (!first_.empty()) checkpoint.arrays[kFirst] = {first_.begin(), first_.end()};
  if (!second_.empty()) checkpoint.arrays[kSecond] = {second_.begin(), second_.end()};
}

void FlatOptimizer::read(const Checkpoint &checkpoint) {
  steps_ = static_cast<long>(checkpoint.steps);
  read_moment(checkpoint, kFirst, first_);
  read_moment(checkpoint, kSecond, second_);
}

}  // namespace nac::fw::fused

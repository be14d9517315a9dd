// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "engine/checkpoint.hpp"
#include "engine/recipe.hpp"
#include "fused/state.hpp"

namespace nac::fw::fused {

/// Adam, AdamW, SGD or RMSprop over the flat parameters of a state. Learned scales have a rate of their own, relative
/// to the others', and no weight decay.
class FlatOptimizer {
 public:
  FlatOptimizer(const Recipe &recipe, State &state, double scale_learning_rate);
  void step(double rate);
  void write(Checkpoint &checkpoint) const;
  void read(const Checkpoint &checkpoint);

 private:
  void step_piece(const Recipe &recipe, std::size_t from, std::size_t to, double rate, float scale);

  Recipe recipe_, scale_recipe_;
  State &state_;
  double scale_rate_;
  AlignedFloats first_, second_;
  long steps_ = 0;
};

}  // namespace nac::fw::fused

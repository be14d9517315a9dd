// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <limits>
#include <string>

#include "engine/recipe.hpp"

namespace nac::fw {

/// Learning rate of each epoch, as PyTorch's CosineAnnealingLR(T_max = epochs, eta_min = final_learning_rate),
/// StepLR(step_size, gamma) and ReduceLROnPlateau(factor = gamma, patience = plateau_patience; threshold 1e-4
/// relative, no cooldown), each stepped once at the end of an epoch.
class LearningRate {
 public:
  explicit LearningRate(const Recipe &recipe) : recipe_(recipe), rate_(recipe.learning_rate) {}

  /// Rate of `epoch`, from 1. Call it once per epoch, ascending.
  double at(int epoch) const;
  /// What `finished` has changed so far, for checkpoints.
  struct Progress {
    double rate = 0, best = 0;
    int bad_epochs = 0;
  };
  Progress progress() const { return {rate_, best_, bad_epochs_}; }
  void restore(const Progress &progress);

  /// Ends an epoch with the loss that `plateau` watches: validation if there is one, else training.
  void finished(double loss);

 private:
  Recipe recipe_;
  double rate_;  ///< of plateau
  double best_ = std::numeric_limits<double>::infinity();
  int bad_epochs_ = 0;
};

/// Empty when the recipe can be run; else what is wrong: the key, the value found, the values accepted.
std::string problem_in(const Recipe &recipe);

}  // namespace nac::fw

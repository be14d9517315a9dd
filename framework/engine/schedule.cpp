// SPDX-License-Identifier: Apache-2.0
#include "engine/schedule.hpp"

#include <cmath>
#include <cstdio>
#include <numbers>

namespace nac::fw {

double LearningRate::at(int epoch) const {
  const double start = recipe_.learning_rate;
  switch (recipe_.schedule) {
    case Schedule::constant: return start;
    case Schedule::cosine: {
      const double end = recipe_.final_learning_rate;
      const double done = static_cast<double>(epoch - 1) / recipe_.epochs;
      return end + (start - end) * (1 + std::cos(std::numbers::pi * done)) / 2;
    }
    case Schedule::step: return start * std::pow(recipe_.gamma, (epoch - 1) / recipe_.step_size);
    case Schedule::plateau: return rate_;
  }
  return start;
}

void LearningRate::restore(const Progress &progress) {
  rate_ = progress.rate;
  best_ = progress.best;
  bad_epochs_ = progress.bad_epochs;
}

void LearningRate::finished(double loss) {
  if (recipe_.schedule != Schedule::plateau) return;
  if (loss < best_ * (1 - 1e-4)) {
    best_ = loss;
    bad_epochs_ = 0;
  } else {
    ++bad_epochs_;
  }
  if (bad_epochs_ > recipe_.plateau_patience) {
    const double lower = rate_ * recipe_.gamma;
    if (rate_ - lower > 1e-8) rate_ = lower;
    bad_epochs_ = 0;
  }
}

namespace {

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", value);
  return text;
}

}  // namespace

std::string problem_in(const Recipe &r) {
  const auto bad = [](const char *key, double found, const char *accepted) {
    return std::string(key) + " = " + number(found) + "; accepted: " + accepted;
  };
  if (r.epochs < 1) return bad("epochs", r.epochs, "1 and more");
  if (r.batch_size < 1) return bad("batch_size", r.batch_size, "1 and more");
  if (!(r.learning_rate > 0) || !std::isfinite(r.learning_rate))
    return bad("learning_rate", r.learning_rate, "numbers above 0");
  if (!(r.weight_decay >= 0) || !std::isfinite(r.weight_decay))
    return bad("weight_decay", r.weight_decay, "0 and more");
  if (!(r.momentum >= 0) || r.momentum >= 1) return bad("momentum", r.momentum, "0 to below 1");
  if (!(r.final_learning_rate >= 0) || !std::isfinite(r.final_learning_rate))
    return bad("final_learning_rate", r.final_learning_rate, "0 and more");
  if (r.step_size < 1) return bad("step_size", r.step_size, "1 and more");
  if (!(r.gamma > 0) || r.gamma > 1) return bad("gamma", r.gamma, "above 0 to 1");
  if (r.plateau_patience < 0) return bad("plateau_patience", r.plateau_patience, "0 and more");
  if (r.patience < 0) return bad("patience", r.patience, "0 (never stop early) and more");
  if (!(r.clip_norm >= 0) || !std::isfinite(r.clip_norm)) return bad("clip_norm", r.clip_norm, "0 (off) and more");
  return {};
}

}  // namespace nac::fw

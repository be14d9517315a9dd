// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine/engine.hpp"
#include "nets.hpp"

namespace nac::fw::training {

struct Steps {
  int64_t samples = 0;
  double seconds = 0;  ///< of processor time
  std::map<std::string, double> shares;
};
/// Training steps of a variant of the net for that much processor time, without validation.
Steps time_steps(Nets &nets, Engine &engine, const std::string &net, const std::string &variant, int batch,
                 double seconds);

/// A training from start to end.
std::vector<Epoch> train_curve(Nets &nets, Engine &engine, const std::string &net, int batch, int epochs,
                               bool validate);

struct Trials {
  double wall = 0, cpu = 0;  ///< seconds
};
/// Whole trials, each with its own weights, shuffling, validation and metrics, spread over so many threads.
Trials time_trials(Nets &nets, Engine &engine, const std::string &net, int batch, int epochs, int trials, int workers);

}  // namespace nac::fw::training

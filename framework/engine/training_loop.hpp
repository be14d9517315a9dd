// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <exception>
#include <string>

#include "engine/training_steps.hpp"

namespace nac::fw {

/// One training, or a part of one between pauses, of a job that check_job (checks.hpp) let through: epochs, batches,
/// learning rates, validation, the best epoch, patience, pauses and checkpoints, being told to stop, losses that are
/// not finite. Fails only with exceptions of callbacks, of steps and misuse; everything a network can do wrong is in
/// the result.
TrainResult run_training(const TrainJob &job, TrainingSteps &steps);

/// The result where not even the model fitted into memory.
TrainResult out_of_memory_at_start(const std::string &device, const std::exception &e);

/// Without what follows of a message, such as a backtrace.
std::string first_line(const std::string &text);

}  // namespace nac::fw

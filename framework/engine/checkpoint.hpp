// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine/engine.hpp"
#include "engine/schedule.hpp"

namespace nac::fw {

/// A paused training, as every engine needs it. The order of the samples is a function of seed and epoch (order.hpp)
/// and augmentation is the task's, so there are no generators to keep; times are left out, so that equal trainings have
/// equal checkpoints. An engine adds its arrays (weights, statistics, moments) under names of its own.
struct Checkpoint {
  std::string engine;  ///< EngineInfo::name of the one that wrote it
  uint64_t seed = 0;   ///< of the job
  int planned = 0;     ///< epochs of the job's recipe
  int epochs = 0;      ///< trained so far
  int best_epoch = 0;  ///< and what TrainResult says of it
  double best = 0;     ///< value of the monitored quantity in it, to be minimized
  double best_loss = 0;
  std::vector<double> metrics;  ///< of the best epoch
  std::vector<Epoch> history;
  LearningRate::Progress schedule;
  int64_t steps = 0;  ///< of the optimizer
  std::map<std::string, std::vector<float>> arrays;

  /// An array of exactly `count` numbers; throws Error (NAC_DATA_LOSS) when it is absent or of another size,
  /// because the job is another one.
  const std::vector<float> &array(const std::string &name, std::size_t count) const;
};

/// Little-endian bytes with a mark, a version and a digest at the end.
std::string to_bytes(const Checkpoint &checkpoint);
/// Throws Error (NAC_DATA_LOSS) for damage, for bytes of another version of this program, and for a checkpoint of
/// another engine, seed or number of epochs than the job's.
Checkpoint read_checkpoint(const TrainJob &job, const std::string &engine);
/// Checkpoint::engine; throws Error (NAC_DATA_LOSS) for damage.
std::string engine_of_checkpoint(const std::string &bytes);

}  // namespace nac::fw

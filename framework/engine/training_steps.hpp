// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <exception>
#include <map>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <vector>

#include "engine/checkpoint.hpp"
#include "engine/epoch_batches.hpp"
#include "engine/stopwatch.hpp"

namespace nac::fw {

struct Inference {
  double loss = 0;                  ///< mean over the samples; 0 without a loss
  std::vector<Tensor> predictions;  ///< the graph's outputs for all samples, in order
};

/// What an engine does in one training, as run_training (training_loop.hpp) asks for it: arithmetic on the model it
/// holds. Which epochs there are, what is checked, remembered and reported is the loop's. An object is one training, in
/// one thread, and its clock starts with it.
class TrainingSteps {
 public:
  virtual ~TrainingSteps() = default;

  /// EngineInfo::name, as checkpoints name it.
  virtual std::string engine() const = 0;
  /// As messages name it.
  virtual std::string device() const { return "cpu"; }
  /// Of an exception that a step let through.
  virtual bool is_out_of_memory(const std::exception &e) const {
    return dynamic_cast<const std::bad_alloc *>(&e) != nullptr;
  }

  /// Whether prepare_quantized is to be called before each epoch.
  virtual bool quantized() const = 0;
  /// From here on, batch normalization uses and updates batch statistics or not; weight scales with fit = 1 are
  /// refitted now to the weights as they are, or left.
  virtual void prepare_quantized(bool moving_statistics, bool refit_scales) = 0;

  /// An epoch begins; its samples were checked. `batches` lives until the next one begins.
  virtual void start_epoch(const EpochBatches &batches) = 0;
  /// Whether batch normalization would, in training as it goes on now, see one value in a batch of this size.
  virtual bool normalizes_single_values(int64_t batch_size) const = 0;
  /// One optimizer step with the batch of this number, of start_epoch's. The loss, or nothing where asking for it now
  /// would wait for a device: losses() has it then. May leave the optimizer step out after a loss that is not finite.
  virtual std::optional<float> train_batch(int64_t batch, double learning_rate) = 0;
  /// Of all batches of the epoch; what batches left out have is not looked at. Called when train_batch gave nothing.
  virtual std::vector<float> losses() { return {}; }
  virtual bool parameters_finite() const = 0;
  /// In inference mode; the same object, checked, in every epoch.
  virtual Inference evaluate(const std::shared_ptr<const Samples> &validation) = 0;

  /// Remembers parameters and statistics as they are, or goes back to what was remembered last.
  virtual void save() = 0;
  virtual void restore() = 0;
  /// Parameters, running statistics and refitted scales of the graph by name, also those that no training touches.
  virtual std::map<std::string, Tensor> weights() const = 0;
  /// What continues the training: arrays (also of what save() remembered) and the optimizer's count of steps. `read`
  /// throws Error (NAC_DATA_LOSS) for another network's, as Checkpoint::array does.
  virtual void write(Checkpoint &checkpoint) const = 0;
  virtual void read(const Checkpoint &checkpoint) = 0;

  /// train_batch enters Phase::data, forward, backward and optimizer; all other phases are the loop's.
  Stopwatch &watch() { return watch_; }

 private:
  Stopwatch watch_;
};

}  // namespace nac::fw

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/recipe.hpp"
#include "graph/graph.hpp"
#include "graph/samples.hpp"

namespace nac::fw {

struct EngineInfo {
  std::string name, version;         ///< "torch", "1.13.1"
  std::string blas;                  ///< library and version as found at run time, e.g. "OpenBLAS 0.3.21"
  bool reference_blas = false;       ///< the slow reference implementation
  std::vector<std::string> devices;  ///< "cpu", "cuda:0 NVIDIA ..."
};

struct Epoch {
  int epoch = 0;  ///< from 1
  double learning_rate = 0, train_loss = 0, validation_loss = 0;
  std::vector<double> metrics;  ///< validation, task order
};

/// How graphs with quantizers are trained, see docs/quantized-graphs.md. Shares of the planned epochs; without
/// quantizers none of it applies.
struct QuantizedTraining {
  double moving_statistics = 0.7;    ///< batch normalization uses and updates batch statistics until then
  double refitted_scales = 0.5;      ///< weight scales with fit = 1 are refitted at the start of each epoch until then
  double scale_learning_rate = 0.1;  ///< of learned scales, relative; they have no weight decay
};

struct TrainJob {
  const Graph *graph = nullptr;  ///< with the loss; parameters initialized; not changed
  ValueId loss = 0;
  uint32_t target_count = 1;  ///< the last graph inputs are the targets
  Recipe recipe;
  uint64_t seed = 0;            ///< shuffling; initialization is in the graph already
  std::string device = "auto";  ///< "auto", "cpu", "cuda", "cuda:1"
  /// Training samples of an epoch (from 1); the same object again when nothing changed.
  std::function<std::shared_ptr<const Samples>(int epoch)> train_samples;
  std::shared_ptr<const Samples> validation;
  /// Metrics of validation predictions.
  std::function<std::vector<double>(const std::vector<Tensor> &predictions)> metrics;
  int metric_direction = -1;  ///< of the first metric
  /// Pauses after this epoch, unless the training ends by then; 0: never. No epoch with a finite value of what is
  /// monitored until then ends it as diverged.
  int pause_after = 0;
  /// What a paused training of the same job gave: it is continued, and ends exactly as if it had not been paused, to
  /// the last bit of weights and history. Empty: from the start. Throws Error (NAC_DATA_LOSS) for bytes that
  /// are damaged or of another job: whoever asked can train from the start instead.
  std::string checkpoint;
  /// After each epoch; false gives the training up.
  std::function<bool(const Epoch &)> on_epoch;
  QuantizedTraining quantized;
  /// The weights at the end of this epoch are handed out too (TrainResult::kept); 0: of none. Not with a checkpoint.
  int keep_epoch = 0;
  /// Asked before every batch; true ends the training at once, as stopped. May be empty.
  std::function<bool()> cancelled;
};

enum class TrainStatus { finished, stopped, diverged, out_of_memory, paused };

struct TrainResult {
  TrainStatus status = TrainStatus::finished;
  std::string reason;  ///< "loss is not finite in epoch 3, batch 17", ...
  int epochs = 0, best_epoch = 0;
  double best_loss = 0;
  std::vector<double> metrics;                 ///< validation, of the best epoch
  std::map<std::string, Tensor> weights;       ///< of the best epoch: parameters, running statistics, refitted scales
  std::map<std::string, Tensor> kept;          ///< of TrainJob::keep_epoch, if it got so far
  std::vector<Epoch> history;                  ///< from epoch 1, also after a pause
  std::string checkpoint;                      ///< paused only: what continues it; equal jobs give equal bytes
  double seconds = 0, samples_per_second = 0;  ///< of this call
  std::map<std::string, double> shares;        ///< "data", "forward", "backward", "optimizer", "evaluation": of seconds
};

/// What trains and runs graphs. Thread-safe: one call per worker thread; each call sets its own thread count and grad
/// mode. Failures of one training are in its result; only misuse throws.
class Engine {
 public:
  virtual ~Engine() = default;
  virtual EngineInfo info() const = 0;
  virtual TrainResult train(const TrainJob &job) = 0;
  /// Outputs of `graph` (without loss, with data) for all rows of `inputs`, in inference mode. Of a quantized graph in
  /// either form these are the deployed form's integers as floats, bit for bit.
  virtual std::vector<Tensor> forward(const Graph &graph, const std::vector<Tensor> &inputs, int batch_size,
                                      const std::string &device) = 0;
  /// Value of the scalar `loss` and its gradient for every parameter, in training mode; for tests.
  virtual std::map<std::string, Tensor> gradients(const Graph &graph, ValueId loss, const Samples &batch,
                                                  double *loss_value) = 0;
};

/// Loads libnac-torch.so from beside the program or ../lib/nac; nothing else of the program maps LibTorch. Throws Error
/// saying where it looked and what to install. One engine per process.
Engine &torch_engine();

/// The symbol that an engine library exports.
using EngineFactory = Engine *(*)();
inline constexpr const char *kEngineSymbol = "nac_engine_v1";

}  // namespace nac::fw

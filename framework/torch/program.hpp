// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "graph/graph.hpp"
#include "torch/aten.hpp"

namespace nac::fw::libtorch {

/// The tensors of one execution, by ValueId, and the mode of it.
struct Frame {
  std::vector<at::Tensor> values;
  bool training = false;  ///< statistics move: BatchNormalization uses those of the batch and updates the running ones
};

using Action = std::function<void(Frame &)>;

struct Step {
  std::string where;  ///< "Conv 'conv1_out'", for messages
  Action run;
  std::vector<ValueId> release;  ///< values that no later step reads
};

/// The part of a graph that some values need, as a list of steps over tensor slots. Built once per training, run once
/// per batch; const runs with frames of their own may be concurrent.
///
/// A value whose last dimension holds features may live in its slot in *merged* form: all leading dimensions as one,
/// [N * positions, features]. Chains of MatMul, Add, BatchNormalization over features and activations stay in that
/// form, so that a layer shared by all elements of a set is one matrix product and its normalization needs no copy.
class Program {
 public:
  /// Throws Error for operators or attributes that the engine does not have, and for a parameter without data.
  Program(const Graph &graph, const std::vector<ValueId> &wanted, bool on_cpu);

  /// Runs all steps on a frame whose inputs, constants and parameters are set. Afterwards wanted values are there, in
  /// their logical shape, and all intermediate ones are released. LibTorch's errors come out as c10::Error after
  /// `failed_at` was set.
  void run(Frame &frame, std::string *failed_at) const;

  /// What a frame must hold before run(), each in graph order, but for learned scales, which are the last parameters;
  /// only what the wanted values depend on.
  const std::vector<ValueId> &inputs() const { return inputs_; }
  const std::vector<ValueId> &parameters() const { return parameters_; }
  const std::vector<ValueId> &constants() const { return constants_; }
  std::size_t learned_scales() const { return learned_scales_; }
  bool quantized() const { return quantized_; }
  bool fits_scales() const { return fits_scales_; }
  /// Constants that training updates: running means and variances, fitted scales of weights.
  const std::vector<ValueId> &statistics() const { return statistics_; }
  /// Whether some BatchNormalization would see `batch` rows of one element each in training, which has no variance.
  bool normalizes_single_values(int64_t batch) const;
  std::size_t slots() const { return slots_; }

 private:
  std::vector<Step> steps_;
  std::vector<ValueId> inputs_, parameters_, constants_, statistics_;
  std::vector<int64_t> normalized_positions_;  ///< per BatchNormalization: values per feature and sample
  std::size_t slots_ = 0, learned_scales_ = 0;
  bool quantized_ = false, fits_scales_ = false;
};

}  // namespace nac::fw::libtorch

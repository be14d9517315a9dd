// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <string>
#include <vector>

#include "engine/checkpoint.hpp"
#include "torch/program.hpp"

namespace nac::fw::libtorch {

/// The values of a model in execution: parameters as views into one flat buffer, so that an optimizer step, a
/// checkpoint and a norm are each one operation; running statistics as views into another; constants.
class State {
 public:
  State(const Graph &graph, const Program &program, at::Device device);

  /// A frame in which everything but the inputs is set. Several may be in use.
  Frame frame(const Program &program, bool training) const;

  at::Tensor &flat() { return flat_; }
  const at::Tensor &flat() const { return flat_; }
  const std::vector<at::Tensor> &leaves() const { return leaves_; }
  /// Where in flat() the learned scales begin, which end it; its size when there are none.
  int64_t learned_scales() const { return learned_scales_; }
  /// Takes the values of the statistics from `graph`, the state's or a copy of it.
  void set_statistics(const Graph &graph);
  /// Gradients in the order of leaves (undefined: zero) into `out`, which has the layout of flat().
  void gather(const std::vector<at::Tensor> &gradients, at::Tensor &out) const;

  /// Remembers the parameters and statistics as they are, or goes back to what was remembered last.
  void save();
  void restore();

  /// Parameters and statistics, as they are and as they were remembered, as arrays of a checkpoint; and back.
  void write(Checkpoint &checkpoint) const;
  void read(const Checkpoint &checkpoint);

  /// All parameters and running statistics of the graph by name, also those that no training touches.
  std::map<std::string, Tensor> weights() const;

 private:
  struct Piece {
    ValueId id;
    int64_t offset, count;
  };
  static std::vector<Piece> layout(const Graph &graph, const std::vector<ValueId> &ids, int64_t *total);

  const Graph &graph_;
  std::vector<Piece> pieces_;
  at::Tensor flat_, running_, best_flat_, best_running_;
  std::vector<at::Tensor> leaves_;
  std::vector<at::Tensor> gaps_;         ///< zeros after each piece, up to the next
  std::map<ValueId, at::Tensor> by_id_;  ///< leaves, statistics and constants
  std::vector<ValueId> statistics_;
  int64_t learned_scales_ = 0;
};

}  // namespace nac::fw::libtorch

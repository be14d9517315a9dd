// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <string>
#include <vector>

#include "engine/checkpoint.hpp"
#include "fused/aligned.hpp"
#include "graph/graph.hpp"

namespace nac::fw::fused {

/// The values of one training: parameters in one flat array with a gradient beside it, so that an optimizer step, a
/// checkpoint and a norm are each one pass; running statistics and refitted scales in another.
class State {
 public:
  /// `parameters` are those that are trained, learned scales (exponents of PowerOfTwo) last, `learned_scales` of them.
  State(const Graph &graph, const std::vector<ValueId> &parameters, std::size_t learned_scales,
        const std::vector<ValueId> &statistics);
  State(const State &) = delete;  // it points into itself
  State &operator=(const State &) = delete;

  /// The values of a parameter or statistic as they are, or of a constant (not to be changed).
  float *value(ValueId id) { return values_[id]; }
  const float *value(ValueId id) const { return values_[id]; }
  /// Of a parameter; nullptr for what is not trained.
  float *gradient(ValueId id) { return gradients_[id]; }
  void clear_gradients();

  float *flat() { return flat_.data(); }
  float *flat_gradient() { return gradient_.data(); }
  std::size_t flat_size() const { return flat_.size(); }
  /// Where in flat() the learned scales begin, which end it.
  std::size_t learned_scales() const { return learned_scales_; }

  /// Remembers parameters and statistics, or goes back to what was remembered last.
  void save();
  void restore();
  void write(Checkpoint &checkpoint) const;
  void read(const Checkpoint &checkpoint);
  /// Takes the values of the statistics from `graph`, the state's or a copy of it.
  void set_statistics(const Graph &graph);
  /// All parameters and running statistics of the graph by name, also those that no training touches.
  std::map<std::string, Tensor> weights() const;
  const Graph &graph() const { return graph_; }

 private:
  struct Piece {
    ValueId id;
    std::size_t offset, count;
  };
  std::vector<Piece> place(const std::vector<ValueId> &ids, std::size_t *total) const;

  const Graph &graph_;
  std::vector<Piece> pieces_, running_pieces_;
  AlignedFloats flat_, gradient_, running_, best_flat_, best_running_;
  std::vector<float *> values_, gradients_;  ///< by id
  std::map<ValueId, AlignedFloats> constants_;
  std::size_t learned_scales_ = 0;
  bool saved_ = false;
};

}  // namespace nac::fw::fused

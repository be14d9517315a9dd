// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "graph/graph.hpp"

namespace nac::fw {

/// Bounds of the accumulators of one layer, from the actual integer weights and the ranges of what they multiply.
struct AccumulatorProof {
  std::string layer;                ///< name of the weight without ".weight"; of the result for two activations
  int64_t lowest = 0, highest = 0;  ///< over all channels, each in steps of its own accumulator
  int width = 0;                    ///< bits of the signed type that holds both
  int fraction = 0;                 ///< a step is 2^-fraction, in the finest of the channels
};

/// Integers on a grid: value = data * 2^-fraction.
struct IntegerTensor {
  Shape shape;
  std::vector<int64_t> data;
  std::vector<int> fraction;     ///< one, or one per entry of dimension `channel_axis`
  std::size_t channel_axis = 0;  ///< of `fraction` when it has several
};

/// Runs range(context, begin, end) for ranges that together are 0 ... count - 1, on any threads. arena_loop() of the
/// services is one.
using RangeLoop = void (*)(uint64_t count, void (*range)(void *context, uint64_t begin, uint64_t end), void *context);

struct Plan;

/// A deployed graph as integer arithmetic, without LibTorch. Activations have 32 or 64 bits. Sums are computed in the
/// fastest type that the bounds prove exact (integers of 32 or 64 bits, or float and double, which are exact up to 2^24
/// and 2^53); a graph whose integers need more than 62 bits is refused. Thread-safe after construction.
class IntegerModel {
 public:
  /// Throws Error naming the node that is not quantized or not supported, and how to quantize it.
  explicit IntegerModel(const Graph &deployed);
  ~IntegerModel();
  IntegerModel(IntegerModel &&) noexcept;
  IntegerModel &operator=(IntegerModel &&) noexcept;

  /// All rows of the graph's inputs (float32); the outputs as float32, n * 2^-fraction rounded once. `loop` spreads the
  /// rows over threads; without it the calling thread does all. Subnormal inputs count as 0. Throws Error for inputs of
  /// another number, type or shape, and for one that is not finite, naming it and its row.
  std::vector<Tensor> run(const std::vector<Tensor> &inputs, RangeLoop loop = nullptr) const;
  /// The outputs, and after them any other activations named, as integers. For checks: it plans the graph anew.
  std::vector<IntegerTensor> integers(const std::vector<Tensor> &inputs, const std::vector<ValueId> &values = {}) const;
  /// One for each layer and product of activations, in the order of computation.
  const std::vector<AccumulatorProof> &proofs() const;

 private:
  std::unique_ptr<const Graph> graph_;
  std::unique_ptr<const Plan> plan_;
};

}  // namespace nac::fw

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "graph/graph.hpp"

namespace nac::fw {

/// Bounds of one accumulator, from the actual integer weights and the ranges of what they multiply.
struct AccumulatorProof {
  std::string layer;                ///< name of the weight without ".weight"
  int64_t lowest = 0, highest = 0;  ///< in steps of 2^-fraction, over all channels
  int width = 0;                    ///< bits of the signed type that holds both
  int fraction = 0;                 ///< the finest of the channels
};

/// Integers on a grid: value = data * 2^-fraction.
struct IntegerTensor {
  Shape shape;
  std::vector<int64_t> data;
  std::vector<int> fraction;     ///< one, or one per entry of the last dimension but for images, there of dimension 1
  std::size_t channel_axis = 0;  ///< of `fraction` when it has several
};

/// A deployed graph as integer arithmetic, without LibTorch. Accumulators are 32 or 64 bits wide, as the bounds prove
/// enough; a graph whose accumulators need more than 63 bits is refused. Thread-safe after construction.
class IntegerModel {
 public:
  /// Throws Error naming the node that is not quantized or not supported, and how to quantize it.
  explicit IntegerModel(const Graph &deployed);
  ~IntegerModel();

  /// All rows of the graph's inputs (float32); the outputs as float32. Uses the host's threads.
  std::vector<Tensor> run(const std::vector<Tensor> &inputs) const;
  /// The outputs, and any other activations named, as integers.
  std::vector<IntegerTensor> integers(const std::vector<Tensor> &inputs, const std::vector<ValueId> &values = {}) const;
  const std::vector<AccumulatorProof> &proofs() const;

 private:
  struct Plan;
  std::unique_ptr<const Plan> plan_;
};

}  // namespace nac::fw

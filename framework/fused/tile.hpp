// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "fused/aligned.hpp"
#include "graph/samples.hpp"

namespace nac::fw::fused {

/// A value in a plan: its rows, for every tile.
using Slot = int;
inline constexpr Slot kNoSlot = -1;

/// The samples of one step: data, and which rows of it.
struct Batch {
  const std::vector<const Tensor *> *data = nullptr;  ///< in the order of the graph's inputs
  const int64_t *order = nullptr;                     ///< which samples
  int64_t samples = 0;
  int tiles = 0;
};

/// Where the rows of a value lie: those of tile t at base + t * stride. Stride 0: only one tile's are kept at a time.
struct Place {
  float *base = nullptr;
  std::ptrdiff_t stride = 0;

  float *of(int tile) const { return base + tile * stride; }
};

/// Memory of all values and gradients of a plan.
struct Storage {
  std::vector<Place> values, gradients;  ///< by slot
  AlignedFloats memory, scratch;
};

/// `width` samples on their way through the operators of a phase.
struct Tile {
  const Batch *batch = nullptr;
  Storage *storage = nullptr;
  int index = 0, samples = 0, width = 0;

  float *value(Slot slot) const { return storage->values[static_cast<std::size_t>(slot)].of(index); }
  float *gradient(Slot slot) const { return storage->gradients[static_cast<std::size_t>(slot)].of(index); }
  float *scratch() const { return storage->scratch.data(); }
  const int64_t *order() const { return batch->order + static_cast<std::ptrdiff_t>(index) * width; }
};

}  // namespace nac::fw::fused

// SPDX-License-Identifier: Apache-2.0
#include "fused/ops/load_op.hpp"

#include "fused/kernels/samples.hpp"

namespace nac::fw::fused {

void LoadOp::forward(const Tile &tile) {
  const float *data = (*tile.batch->data)[input_]->data<float>();
  load_samples(data, rows_, tile.order(), tile.samples, tile.value(writes), tile.width);
}

}  // namespace nac::fw::fused

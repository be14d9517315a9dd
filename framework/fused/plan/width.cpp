// SPDX-License-Identifier: Apache-2.0
#include "fused/plan/width.hpp"

#include <algorithm>

namespace nac::fw::fused {
namespace {

/// Bytes of values and gradients that a tile should not exceed. That is more than a second-level cache has, but an
/// operator reads only a few values of a tile, memory is shared by those that do not live at the same time, and what
/// kernels do once per row and tile weighs more in nets with few rows.
constexpr int64_t kTileBytes = 2560 << 10;
/// Share of lanes that may be idle for a wider tile.
constexpr double kIdle = 0.07;

bool is_quantized(const Graph &graph, ValueId id) {
  const Value &value = graph.value(id);
  return value.kind == ValueKind::result && graph.node(value.producer).op == "Quant";
}

int64_t padded(int64_t samples, int64_t width) { return (samples + width - 1) / width * width; }

}  // namespace

int tile_width(const Planner &p, int64_t batch_size) {
  int64_t rows = 0;
  // A quantizer works in the pass of what comes before it, and its result takes the place of that.
  for (const ValueId id : p.graph.values())
    if (p.live(id) && p.is_sample_value(id) && !is_quantized(p.graph, id)) rows += p.rows_of(id);
  const int64_t bytes = std::max<int64_t>(rows, 1) * static_cast<int64_t>(sizeof(float)) * (p.training() ? 2 : 1);
  const auto least = static_cast<double>(padded(batch_size, kWidthStep));
  int best = kWidthStep;
  for (int width = 2 * kWidthStep; width <= kLargestWidth; width *= 2)
    if (width * bytes <= kTileBytes && static_cast<double>(padded(batch_size, width)) <= least * (1 + kIdle))
      best = width;
  return best;
}

}  // namespace nac::fw::fused

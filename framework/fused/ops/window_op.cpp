// SPDX-License-Identifier: Apache-2.0
#include "fused/ops/window_op.hpp"

#include <algorithm>

#include "fused/kernels/move_rows.hpp"

namespace nac::fw::fused {

namespace {

/// Whether every row is a term once.
bool each_once(const Windows &windows, int rows) {
  std::vector<bool> seen(static_cast<std::size_t>(rows), false);
  for (const int term : windows.terms) seen[static_cast<std::size_t>(term)] = true;
  return windows.terms.size() == seen.size() && std::find(seen.begin(), seen.end(), false) == seen.end();
}

}  // namespace

WindowOp::WindowOp(Kind kind, Windows windows, std::vector<float> factor, int x_rows, Slot x, Slot y, bool x_wanted)
    : kind_(kind),
      windows_(std::move(windows)),
      factor_(std::move(factor)),
      x_rows_(x_rows),
      each_once_(each_once(windows_, x_rows)) {
  reads = {x};
  writes = y;
  if (kind_ != Kind::sum) rereads = {x, y};
  gradients = {{x_wanted ? x : kNoSlot}};
}

void WindowOp::forward(const Tile &tile) {
  const float *x = tile.value(reads[0]);
  if (kind_ == Kind::sum) {
    sum_windows(windows_, factor_.data(), x, tile.value(writes), tile.width);
  } else {
    max_windows(windows_, x, tile.value(writes), tile.width);
  }
}

void WindowOp::backward(const Tile &tile) {
  const GradientSlot &x = gradients[0];
  if (!x.wanted()) return;
  const float *dy = tile.gradient(writes);
  float *dx = tile.gradient(x.slot);
  const bool stores = !x.add && each_once_;
  if (!x.add && !stores) fill_rows(0, x_rows_, dx, tile.width);
  if (kind_ != Kind::sum)
    max_windows_gradient(windows_, kind_ == Kind::shared_largest, !stores, tile.value(reads[0]), tile.value(writes), dy,
                         dx, tile.width);
  else if (stores)
    spread_windows(windows_, factor_.data(), dy, dx, tile.width);
  else
    sum_windows_gradient(windows_, factor_.data(), dy, dx, tile.width);
}

}  // namespace nac::fw::fused

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "bragg/dataset.hpp"

namespace nac::bragg {

/// One fitted peak: position in pixels of its frame, integer = pixel centre.
struct peak {
  uint32_t frame = 0;
  float row = 0, column = 0;
  split_id split = kTrain;
};

/// The peaks that pass the published cuts, in frame order, with their split.
struct peak_table {
  std::vector<peak> peaks;
  uint64_t total = 0;              ///< before the cuts
  std::array<uint64_t, 3> counts;  ///< per split, after the cuts
};

/// Reads peak_fidx, peak_row, peak_col, npeaks and deviations [P] of a BraggNN peaks file. Cuts: npeaks == 1 and
/// 0 <= deviations < 1. Splits: by position in the table before the cuts, as in NAC's loader: train up to
/// floor((1 - validation - test) * P), validation up to floor((1 - test) * P), then test. With whole_frames a boundary
/// moves on to the next frame, so that no frame is in two splits.
peak_table read_peaks(const std::filesystem::path &path, const split_options &options);

}  // namespace nac::bragg

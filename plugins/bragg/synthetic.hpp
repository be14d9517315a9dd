// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "bragg/dataset.hpp"

namespace nac::bragg {

struct synthetic_options {
  uint64_t samples = 12000;  ///< over all splits
  uint64_t seed = 1;
  double validation_fraction = 0.1, test_fraction = 0.1;
  /// 0: clean single peaks with exact labels; 1: labels as uncertain as those of the gold data set; linear between.
  double difficulty = 1;
};

/// Samples in one split.
uint64_t synthetic_size(const synthetic_options &options, split_id split);

/// Sample `index` of a split: depends on seed, difficulty, split and index only. label: the fractional parts of row and
/// column. position (may be null): where the peak really is, in window pixels, before label noise.
///
/// A pseudo-Voigt peak (one elliptical radius, correlation rho, Lorentz share eta) of 60 to 8,000 counts with Poisson
/// and read-out noise, thresholded at 10 counts; some have a neighbour that may touch them. At difficulty 1 the
/// distance between label and peak has the shape of the published test errors of BraggNN and of a NAC model on gold
/// (mean 0.20 px, median 0.08 to 0.09 px, shoulder at 0.45 to 0.65 px): a third of the labels are off by about 0.46 px,
/// the others by a few hundredths.
void synthetic_window(const synthetic_options &options, split_id split, uint64_t index, float *window, float *label,
                      double *position);

/// All samples of a split.
patch_set make_synthetic(const synthetic_options &options, split_id split);

}  // namespace nac::bragg

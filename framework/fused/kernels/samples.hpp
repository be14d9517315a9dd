// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "fused/kernels/lanes.hpp"

namespace nac::fw::fused {

/// Samples order[0..samples) of `data` ([n][elements] row-major) into rows; the lanes behind are 0.
void load_samples(const float *data, int elements, const int64_t *order, int samples, float *rows, int width);
/// The same to [n][elements]: the first `samples` lanes, to consecutive rows of `data`.
void store_samples(const float *rows, int elements, int samples, float *data, int width);

}  // namespace nac::fw::fused

// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace nac::fw::training {

/// GFLOP per second of processor time of a product of two 512 x 512 matrices on one thread, by the BLAS that LibTorch
/// and PyTorch are linked to, libblas.so.3. Throws Error where there is none.
double sgemm_rate(double seconds);

}  // namespace nac::fw::training

// SPDX-License-Identifier: Apache-2.0
//
// coefficients.hpp: what one unit of each term costs, fitted to published synthesis results. Printed by
// `bench_estimator --fit`; to change it, run that again.
#pragma once
#include <array>

#include "hls_backend/estimate/layer_cost.hpp"

namespace nac::hls {

// In the order of lut_term.
constexpr std::array<double, kLutTerms> kLut = {1.057,  1.034,  1.012,  0.3285, 1.078, 0.1646, 1.929,
                                                0.5013, 0.3187, 0.4809, 56.28,  2.595, 1.627,  141,
                                                134.2,  7.047,  1.3,    1.203,  0.003, 161.8};
// In the order of ff_term.
constexpr std::array<double, kFfTerms> kFf = {0.9112, 0.08662, 0.1384, 0.025, 1.463, 0.8127, 0.749,
                                              1.001,  1.958,   0.4396, 29.65, 1.963, 195.2,  3,
                                              1.973,  1,       2.53,   3.539, 28.75};
// What stands around each layer in the collection of single layers; of the bench only.
constexpr double kLutWrapper = 4178, kFfWrapper = 89;

/// Factors on a value between which nine in ten results of a repository lie that the fit leaves out.
struct band {
  double low, high;
};
constexpr band kLutBand = {0.760, 2.072};
constexpr band kFfBand = {0.402, 1.463};
constexpr band kDspBand = {0.895, 1.000};
constexpr band kBramBand = {0.900, 1.000};
constexpr band kLatencyBand = {0.958, 1.077};
constexpr band kIntervalBand = {1.000, 1.092};

/// Logic synthesis over C-synthesis: medians of 13 designs that report both.
struct stage_ratios {
  double lut, ff;
};
constexpr stage_ratios kLogic = {0.316, 0.754};

}  // namespace nac::hls

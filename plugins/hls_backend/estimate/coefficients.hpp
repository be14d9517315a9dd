// SPDX-License-Identifier: Apache-2.0
//
// coefficients.hpp: what one unit of each term costs, fitted to published synthesis results. Printed by
// `bench_estimator --fit`; to change it, run that again.
#pragma once
#include <array>

#include "hls_backend/estimate/layer_cost.hpp"

namespace nac::hls {

// In the order of lut_term.
constexpr std::array<double, kLutTerms> kLut = {1.054, 1.046, 1.012, 0.3278, 1.079, 0.1653, 1.93, 3.388, 0.3187, 0.4783,
                                                55.89, 2.595, 1.627, 141,    134.2, 7.047,  1.3,  1.202, 0.003,  161.9};
// In the order of ff_term.
constexpr std::array<double, kFfTerms> kFf = {0.9438, 0.09142, 0.1334, 0.025, 1.281, 0.8069, 0.7473,
                                              1.003,  1.964,   0.4303, 22.88, 1.963, 195.3,  3,
                                              1.959,  1,       2.443,  2.574, 28.04};
// What stands around each layer in the collection of single layers; of the bench only.
constexpr double kLutWrapper = 4180, kFfWrapper = 96;

/// Factors on a value between which nine in ten results of a repository lie that the fit leaves out.
struct band {
  double low, high;
};
constexpr band kLutBand = {0.432, 1.895};
constexpr band kFfBand = {0.420, 2.891};
constexpr band kDspBand = {0.882, 1.000};
constexpr band kBramBand = {0.471, 1.000};
constexpr band kLatencyBand = {0.773, 1.175};
constexpr band kIntervalBand = {0.895, 1.175};

/// Logic synthesis over C-synthesis: medians of 13 designs that report both.
struct stage_ratios {
  double lut, ff;
};
constexpr stage_ratios kLogic = {0.316, 0.754};

}  // namespace nac::hls

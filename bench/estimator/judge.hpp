// SPDX-License-Identifier: Apache-2.0
//
// judge.hpp: estimates against published figures.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "fit.hpp"

namespace nac::bench {

/// One quantity of one design.
struct pair_of {
  std::string repo;
  double real = 0, estimated = 0;
};

using by_quantity = std::map<std::string, std::vector<pair_of>>;

/// lut, ff, dsp, bram_18k, latency, interval of a design; those that are not published are left out.
void compare(const published_design &d, const fitted &coefficients, by_quantity *out);

/// Mean of 200 |real - estimated| / (real + estimated), in percent; a pair of zeros counts as 0.
double smape(const std::vector<pair_of> &pairs);
/// 1 - sum (real - estimated)^2 / sum (real - mean)^2; NaN for fewer than three designs or equal figures.
double r_squared(const std::vector<pair_of> &pairs);

struct factors {
  double low = 1, high = 1;
};
/// Factors on an estimate between which nine in ten real figures lie, every repository with the same weight.
factors nine_in_ten(const std::vector<pair_of> &pairs);
/// Share of pairs inside.
double coverage(const std::vector<pair_of> &pairs, const factors &f);

}  // namespace nac::bench

// SPDX-License-Identifier: Apache-2.0
//
// What tables and plots of tuning, compression and choice have in common.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "report/report_data.hpp"

namespace nac::fw {

/// "Large (trial 12)": by its size class, else its preset, else the number alone.
std::string network_name(const ReportData &data, uint64_t trial);
/// The value of the float network: of its best recipe where it was tuned, else of the search. Nothing where unknown.
std::optional<double> float_value(const ReportData &data, uint64_t trial, const std::string &name);
/// How many times less of `name` the value is than the float network has; nothing where unknown or not positive.
std::optional<double> reduction(const ReportData &data, uint64_t trial, const std::string &name, double value);
/// Relative loss of the metric that a compressed network may have: as the choice had it, else 2 percent.
double tolerance_of(const ReportData &data);
/// The worst metric that is good enough.
double quality_bound(const Quantity &metric, double reference, double tolerance);

/// The best of one network at one number of bits.
struct BestPoint {
  uint64_t trial = 0;
  int bits = 0;
  const CompressPoint *point = nullptr;
  bool within = false;  ///< the quality bound
};
/// Fewest BOPs within the quality bound, the better metric of equal ones; where no point keeps the bound, the one with
/// the best metric. By trial, then from many bits to few.
std::vector<BestPoint> best_points(const ReportData &data);

}  // namespace nac::fw

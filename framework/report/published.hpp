// SPDX-License-Identifier: Apache-2.0
//
// Our figures of hardware projects beside those that somebody published of the same networks.
#pragma once
#include <string>

#include "report/report_data.hpp"

namespace nac::fw {

/// A published value beside ours; NaN where there is none.
struct PublishedPair {
  std::string network, name, source;  ///< as in PublishedRow
  Study::HardwareValue ours;
  double low = 0, high = 0;  ///< published
  /// Ours over the published value; against a range its two ends, the smaller ratio first.
  double ratio_low() const { return ratio(high); }
  double ratio_high() const { return ratio(low); }

 private:
  double ratio(double published) const;
};
/// One for each value of each row whose project the study has, in the manifest's order.
std::vector<PublishedPair> published_pairs(const ReportData &data);

// "" where nothing was published.
std::string published_section(const ReportData &data);  ///< HTML, a table for each source
std::string published_text(const ReportData &data);     ///< for the terminal
/// network, name, source, quantity, unit, estimate, low, high, report, published_low, published_high, ratio_low,
/// ratio_high.
std::string published_csv(const ReportData &data);

}  // namespace nac::fw

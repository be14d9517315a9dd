// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "report/report_data.hpp"

namespace nac::fw {

/// The best metric so far over the recipes tried, a staircase for each network, with a dot for each recipe, a cross for
/// each that failed, and a dashed line for what the search had. An SVG element; "" where no recipe has a value.
std::string tune_plot(const ReportData &data);

}  // namespace nac::fw

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "report/report_data.hpp"

namespace nac::fw {

/// All complete trials as an SVG element: BOPs on a logarithmic axis across, the metric upwards, the front drawn over
/// them with its staircase, titles for hovering. "" when no trial is complete.
std::string front_plot(const ReportData &data);

}  // namespace nac::fw

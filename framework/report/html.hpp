// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "report/html_parts.hpp"
#include "report/report_data.hpp"

namespace nac::fw {

/// The report as one page that loads nothing: style and plot are in it.
std::string report_html(const ReportData &data);

}  // namespace nac::fw

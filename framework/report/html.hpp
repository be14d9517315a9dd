// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "report/report_data.hpp"

namespace nac::fw {

/// Text as HTML and SVG contents and attribute values may have it; control characters become U+FFFD.
std::string escape_html(const std::string &text);
/// The report as one page that loads nothing: style and plot are in it.
std::string report_html(const ReportData &data);

}  // namespace nac::fw

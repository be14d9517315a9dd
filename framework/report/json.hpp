// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "report/report_data.hpp"

namespace nac::fw {

/// The whole report as JSON; numbers that are not finite are null.
std::string report_json(const ReportData &data);

}  // namespace nac::fw

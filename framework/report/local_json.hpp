// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <nlohmann/json_fwd.hpp>

#include "report/report_data.hpp"

namespace nac::fw {

/// Adds "tune", "compress" (lists, by trial) and "choose" (an object, or null without a choice) to the report.
void add_local_search(nlohmann::json &report, const ReportData &data);

}  // namespace nac::fw

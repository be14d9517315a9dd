// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "report/report_data.hpp"

namespace nac::fw {

/// Tuning, compression and the chosen model with their plots and tables; "" for a study that has none of them.
std::string local_search_sections(const ReportData &data);

}  // namespace nac::fw

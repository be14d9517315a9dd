// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "report/report_data.hpp"

namespace nac::fw {

/// Rows as RFC 4180 has them: CRLF, fields quoted where they need it.
std::string csv_text(const std::vector<std::vector<std::string>> &rows);
/// One row for each of the trials: number, state, quantities, their standard deviations over seeds (empty with one),
/// number of seeds, training, architecture, point, reason, model hash.
std::string trials_csv(const ReportData &data, const std::vector<uint64_t> &trials);

}  // namespace nac::fw

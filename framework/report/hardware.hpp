// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "report/report_data.hpp"

namespace nac::fw {

/// For people: quantity, estimate, range, unit, share of the part, report and how far off the estimate was, as far as
/// there are such. The first row is the head. "lut_percent" is no row of its own but the share of "lut".
std::vector<std::vector<std::string>> value_rows(const std::vector<Study::HardwareValue> &values);

/// "training = integer = C-simulation: 5000 vectors, 0 differences".
std::string proof_text(const Study::HardwareRow &row);

// Of all networks that became projects; "" where there are none.
std::string hardware_section(const ReportData &data);  ///< HTML
std::string hardware_text(const ReportData &data);     ///< for the terminal
/// One row for each quantity of each network: name, network, backend, parameters, model, folder, vectors, differences,
/// quantity, unit, estimate, low, high, report.
std::string hardware_csv(const ReportData &data);

}  // namespace nac::fw

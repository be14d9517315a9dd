// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "report/report_data.hpp"

namespace nac::fw {

/// One row for each step of each chain: trial, network, chain, position, pass, iteration, state, bits, sparsity, every
/// metric that any step has, what is left of the float network's BOPs and parameters, reason, artifacts.
std::string compress_csv(const ReportData &data);
/// One row for each recipe: trial, network, number, state, whether it is the best, metrics, recipe, reason, model.
std::string tune_csv(const ReportData &data);

}  // namespace nac::fw

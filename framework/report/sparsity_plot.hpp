// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "report/report_data.hpp"

namespace nac::fw {

/// Where sparsity (0 to 1) stands on the axis: minus log10 of the weights left, so that prunings by a fixed share are
/// equally far apart. What leaves less than one weight in ten thousand stands there.
double sparsity_place(double sparsity);

/// The metric against sparsity, a panel for each network with the same axes, a curve for each chain through the steps
/// that were kept; steps that were undone or failed as crosses, on the lower edge where they have no metric. An SVG
/// element; "" without such steps.
std::string sparsity_plot(const ReportData &data);

}  // namespace nac::fw

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "report/report_data.hpp"

namespace nac::fw {

/// The local search as the paper's figures 4 and 6 show it (right): the metric against BOPs of every step of
/// compression, bits by colour, sparsity by opacity; float networks as lines, the choice ringed, picks named. One panel
/// with all networks and, where there are several, one for each, with the same axes. An SVG element; "" without such
/// steps.
std::string compress_plot(const ReportData &data);

}  // namespace nac::fw

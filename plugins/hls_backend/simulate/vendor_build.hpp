// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "hls_backend/reports/report_values.hpp"
#include "nac/cpp/backend.hpp"

namespace nac::hls {

/// Runs build_prj.tcl of a project with the vendor's tools (vitis-run, vitis_hls or vivado_hls, the first on PATH) and
/// reads the reports that they leave. `options`: "csim=0 synth=1", see build_prj.tcl; all output goes to build_prj.log
/// in the project. Polls call.cancelled() and ends the tools with everything they started. Throws failure:
/// NAC_UNAVAILABLE naming the three programs when there is none; NAC_NOT_FOUND when the folder is no project;
/// NAC_INTERNAL with the tools' error when they fail.
report_values vendor_build(const std::string &project, const std::string &options, const work &call);

}  // namespace nac::hls

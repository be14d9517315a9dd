// SPDX-License-Identifier: Apache-2.0
//
// script_parts.hpp: the files that script_files() collects.
#pragma once
#include "hls_backend/emit/project.hpp"

namespace nac::hls {

std::string build_tcl(const model &m);       ///< build_prj.tcl
std::string vivado_tcl(const model &m);      ///< vivado_synth.tcl
std::string settings_toml(const model &m);   ///< nac_config.toml
std::string project_readme(const model &m);  ///< README.md

}  // namespace nac::hls

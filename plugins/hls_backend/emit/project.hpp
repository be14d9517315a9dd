// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "hls_backend/emit/design.hpp"

namespace nac::hls {

/// The whole project without tb_data/: firmware, testbench, bridge, scripts, proof.json, README.md.
std::vector<file> project_files(const model &m);

/// tb_data/tb_input_features.dat (one sample a line, all inputs one after the other, as the shortest decimal numbers
/// that read back the same floats) and tb_output_predictions.dat (all outputs, exact integers n on the grid of each).
std::vector<file> testbench_files(const model &m, const std::vector<std::vector<float>> &inputs,
                                  const std::vector<std::vector<double>> &expected, int64_t rows);

/// build_prj.tcl, build_opt.tcl, project.tcl, build_lib.sh, nac_config.toml, README.md.
std::vector<file> script_files(const model &m);
/// proof.json: bounds and width of every accumulator and tensor, types and rounding, and what they follow from.
file proof_file(const model &m);

}  // namespace nac::hls

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <optional>
#include <string>

#include "study/study.hpp"

namespace nac::fw {

/// nac_synth.json of a project: what a study's row says, without the folder, and the version of the program.
std::string record_text(const Study::HardwareRow &row);
/// Of the project in `folder`; nothing: it has none. Throws Error (NAC_DATA_LOSS) for one that cannot be read.
std::optional<Study::HardwareRow> read_record(const std::filesystem::path &folder);

}  // namespace nac::fw

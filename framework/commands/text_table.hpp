// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

namespace nac::fw {

/// Columns aligned with two spaces between them; the last one is not padded. Indented by two spaces.
std::string text_table(const std::vector<std::vector<std::string>> &rows);

}  // namespace nac::fw

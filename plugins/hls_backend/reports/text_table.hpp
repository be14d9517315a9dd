// SPDX-License-Identifier: Apache-2.0
//
// text_table.hpp: the tables of '|' and '+' that reports are made of, and the numbers in them.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nac::hls {

/// Lines of a text without their line ends.
std::vector<std::string> lines_of(std::string_view text);
/// Trimmed cells of "| a | b |"; empty for a line that is not of this form.
std::vector<std::string> cells_of(std::string_view line);
/// The number that a cell starts with: "1234", "1,234", "0.50", "12.3 ns", "177 (1%)". Nothing for "?", "undef", "NA",
/// "-", "~0", "<0.01".
std::optional<double> number_in(std::string_view cell);
/// The same where "-" means none.
std::optional<double> count_in(std::string_view cell);

}  // namespace nac::hls

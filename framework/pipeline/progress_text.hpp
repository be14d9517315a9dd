// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "pipeline/observer.hpp"

namespace nac::fw {

/// "45 s", "3 min 20 s", "2 h 5 min", "4 d 3 h"; "unknown" below 0.
std::string duration_text(double seconds);
/// How a search stands in one line: counts, rate, best values, hypervolume, front, time left.
std::string status_text(const SearchStatus &status);
/// "; 31 % of the epochs saved (118 of 380)"; "" when no trial was stopped.
std::string savings_text(const SearchStatus &status);
/// A bar of `cells` characters, filled in proportion.
std::string bar_text(uint64_t done, uint64_t of, int cells);
/// The first `columns` code points, with "..." at the end when something was cut.
std::string cut_text(const std::string &text, std::size_t columns);

}  // namespace nac::fw

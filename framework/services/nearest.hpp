// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string>
#include <vector>

namespace nac::fw {

/// Insertions, deletions, substitutions and swaps of neighbours that turn a into b (optimal string alignment).
std::size_t edit_distance(const std::string &a, const std::string &b);
/// The name closest to `word` if it is close enough to be a slip (a third of its length, at least 1), else "". Case and
/// '-' against '_' count nothing.
std::string nearest_name(const std::string &word, const std::vector<std::string> &names);
/// " (did you mean 'x'?)", or "" when no name is close.
std::string did_you_mean(const std::string &word, const std::vector<std::string> &names);
/// "a, b and c", each in quotes; "none" for an empty list.
std::string quoted_list(const std::vector<std::string> &names);

}  // namespace nac::fw

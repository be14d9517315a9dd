// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "study/quantity.hpp"

namespace nac::fw {

/// Rows of equal length, at least one. Numbers to the right; the last column to the left, cut to what is left of
/// `width` columns (0: not cut).
std::string layout(const std::vector<std::vector<std::string>> &rows, std::size_t width);
/// "error [px]"
std::string title_of(const Quantity &quantity);

}  // namespace nac::fw

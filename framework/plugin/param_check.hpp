// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "nac/plugin.h"

namespace nac::fw {

/// "" or what is wrong with a static string of a plugin: NULL, longer than 4096 bytes, not UTF-8, control characters.
std::string text_problem(const char *text);
/// What is wrong with the parameter list of a descriptor (params not NULL): sizes, names, types, ranges, defaults.
std::vector<std::string> param_problems(const nac_descriptor &descriptor);

}  // namespace nac::fw

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <vector>

/// One line of expectations.txt: what a check must say about a fixture.
struct Expectation {
  std::string check, verdict, message;  ///< message: a part of it; "": any
};

/// Fixture name -> its lines, in order. A fixture with the line "good" alone has none. Throws std::runtime_error with
/// the line number for a line that is not understood.
std::map<std::string, std::vector<Expectation>> read_expectations(const std::filesystem::path &path);

// SPDX-License-Identifier: Apache-2.0
#include "expectations.hpp"

#include <fstream>
#include <sstream>
#include <stdexcept>

std::map<std::string, std::vector<Expectation>> read_expectations(const std::filesystem::path &path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path.string());
  std::map<std::string, std::vector<Expectation>> all;
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream words(line);
    std::string fixture;
    Expectation expectation;
    words >> fixture >> expectation.check >> expectation.verdict >> std::ws;
    std::getline(words, expectation.message);
    if (expectation.check == "good" && expectation.verdict.empty()) {
      all[fixture];
    } else if (expectation.verdict == "fail" || expectation.verdict == "crash" || expectation.verdict == "hang" ||
               expectation.verdict == "warn") {
      all[fixture].push_back(expectation);
    } else {
      throw std::runtime_error(path.string() + ":" + std::to_string(number) +
                               ": expected 'FIXTURE good' or 'FIXTURE CHECK fail|crash|hang|warn [MESSAGE]'");
    }
  }
  return all;
}

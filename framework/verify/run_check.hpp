// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "verify/check.hpp"

namespace nac::fw::verify {

/// What one run of a check works on.
struct Job {
  std::filesystem::path file;
  std::string id;
  uint64_t seed = 1;
  std::vector<std::string> parameters;  ///< "key=value"
};

/// In this process.
Outcome run_check(const Check &check, const Job &job);

/// Command line (after the program's name) of the child that runs a check and writes its record.
std::vector<std::string> child_arguments(const Check &check, const Job &job, const std::filesystem::path &record);

/// In a child with a deadline: crash when the process ended without a record, hang when it had to be killed.
Outcome run_check_in_child(const Check &check, const Job &job, double deadline_s);

}  // namespace nac::fw::verify

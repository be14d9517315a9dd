// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "verify/subject.hpp"
#include "verify/verdict.hpp"

namespace nac::fw::verify {

enum class Scope {
  file,
  object,
  task,
  search,
  compress,
  backend
};  ///< once for each file, each object, each object of that kind

/// One rule and how to find out whether a plugin keeps it. `run` returns when it does and throws Failed, Warned or
/// Skipped otherwise; whatever it leaves behind ends with its process.
struct Check {
  const char *group;
  const char *name;
  const char *needs;  ///< a check without whose success this one cannot be done; "": none
  Scope scope;
  void (*run)(Subject &subject);
  const char *summary;
};

/// In the order of the report.
const std::vector<Check> &all_checks();
const Check *find_check(const std::string &name);

// One function for each file of checks/.
std::vector<Check> file_checks();
std::vector<Check> load_checks();
std::vector<Check> life_checks();
std::vector<Check> host_checks();
std::vector<Check> descriptor_checks();
std::vector<Check> create_checks();
std::vector<Check> error_checks();
std::vector<Check> tensor_checks();
std::vector<Check> network_checks();
std::vector<Check> data_checks();
std::vector<Check> metric_checks();
std::vector<Check> ask_checks();
std::vector<Check> tell_checks();
std::vector<Check> state_checks();
std::vector<Check> candidate_checks();
std::vector<Check> compress_checks();
std::vector<Check> estimate_checks();
std::vector<Check> project_checks();

}  // namespace nac::fw::verify

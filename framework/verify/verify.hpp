// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <string>
#include <vector>

#include "verify/verdict.hpp"

namespace nac::fw {

/// What `nac plugin verify` was asked for.
struct VerifyOptions {
  std::vector<std::filesystem::path> files;
  std::string id;    ///< only this object of the files; "": all
  std::string only;  ///< regular expression (ECMAScript, anywhere in "group/name"); "": all
  std::string skip;
  double deadline_s = 10;  ///< for each check
  uint64_t seed = 1;
  unsigned jobs = 0;                    ///< checks running at a time; 0: one per core, at most 4
  std::vector<std::string> parameters;  ///< "key=value" with the value as TOML spells it, given to every object
  bool in_process = false;              ///< no child processes and no deadline: for a debugger
  bool json = false;
  bool list = false;    ///< print the checks and end
  bool strict = false;  ///< warnings count as failures
  bool quiet = false;   ///< print only what is not pass
};

/// One check on one object (or on the whole file, id "").
struct VerifyResult {
  std::filesystem::path file;
  std::string id, group, name;
  verify::Outcome outcome;
};

/// Runs the checks. Throws UsageError for a bad regular expression, an id or parameter that no object has, or a file
/// that does not exist.
std::vector<VerifyResult> verify_run(const VerifyOptions &options);
/// verify_run and a report on `out`. Exit code: 0 nothing failed, 1 something did; throws as verify_run does.
int verify_main(const VerifyOptions &options, std::ostream &out);

/// Checks run in processes of their own: this program started again with `plugin verify --child CHECK FILE ...`. A
/// program that calls verify_run hands such command lines (all that follows argv[0], or follows `plugin verify`) to
/// verify_child.
bool is_verify_child(const std::vector<std::string> &arguments);
int verify_child(const std::vector<std::string> &arguments);

}  // namespace nac::fw

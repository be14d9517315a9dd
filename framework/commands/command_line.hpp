// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <boost/program_options.hpp>
#include <string>
#include <vector>

#include "commands/command.hpp"
#include "plugin/registry.hpp"

namespace nac::fw {

/// Options of one verb: parsing, --help with examples, and errors that name the nearest option.
class CommandLine {
 public:
  /// usage: "run MANIFEST [options]"; examples: lines without the leading spaces.
  CommandLine(std::string usage, std::string summary, std::vector<std::string> examples = {});

  boost::program_options::options_description_easy_init option() { return options_.add_options(); }
  /// A positional argument; count -1 takes all that are left.
  void positional(const char *name, int count = 1);
  /// Adds --plugin-path and --json.
  void with_plugins();
  void with_json();

  /// False when help was asked for and printed. Throws UsageError.
  bool parse(const Arguments &arguments);

  bool has(const char *name) const { return values_.count(name) != 0; }
  std::string text(const char *name, const std::string &otherwise = {}) const;
  std::vector<std::string> texts(const char *name) const;
  /// The positional or option; throws UsageError when it is missing.
  std::string required(const char *name) const;
  bool json() const { return has("json"); }
  DiscoveryOptions discovery() const;
  std::string help() const;

 private:
  std::string verb() const;
  std::string usage_, summary_;
  std::vector<std::string> examples_;
  boost::program_options::options_description options_{"Options"};
  boost::program_options::options_description hidden_;
  boost::program_options::positional_options_description positional_;
  boost::program_options::variables_map values_;
};

}  // namespace nac::fw

// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <iostream>

#include "base/error.hpp"
#include "commands/command_line.hpp"
#include "verify/verify.hpp"

namespace nac::fw {
namespace {

double to_number(const std::string &option, const std::string &text, double low) {
  char *end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (text.empty() || *end != '\0' || !(value >= low))
    throw UsageError(fmt::format("--{}: expected a number of at least {}, found '{}'", option, low, text));
  return value;
}

}  // namespace

int command_plugin_verify(const Arguments &arguments) {
  namespace po = boost::program_options;
  if (is_verify_child(arguments)) return verify_child(arguments);
  const auto strings = [] { return po::value<std::vector<std::string>>(); };
  CommandLine line("plugin verify FILE... [options]",
                   "Checks plugin libraries for every known misbehaviour, each check in a process of its own with a\n"
                   "deadline. Exit code 1 when a check failed, crashed or hung.",
                   {"nac plugin verify ./nac-mine.so", "nac plugin verify ./nac-mine.so --only task/ --json",
                    "nac plugin verify --list"});
  line.option()("id", strings()->value_name("ID"), "only this object of the library");
  line.option()("only", strings()->value_name("REGEX"), "only checks whose group/name matches");
  line.option()("skip", strings()->value_name("REGEX"), "no checks whose group/name matches");
  line.option()("deadline", strings()->value_name("SECONDS"), "for each check; default 10");
  line.option()("seed", strings()->value_name("N"), "of random points and calls; default 1");
  line.option()("jobs,j", strings()->value_name("N"), "checks at a time; default: one per core, at most 4");
  line.option()("set,s", strings()->value_name("KEY=VALUE"), "a parameter for every object");
  line.option()("in-process", "no child processes and no deadline, for a debugger");
  line.option()("strict", "warnings count as failures");
  line.option()("quiet,q", "print only what did not pass");
  line.option()("list", "print the checks and what each does");
  line.with_json();
  line.positional("file", -1);
  if (!line.parse(arguments)) return 0;
  VerifyOptions options;
  for (const std::string &file : line.texts("file")) options.files.emplace_back(file);
  options.id = line.text("id");
  options.only = line.text("only");
  options.skip = line.text("skip");
  if (line.has("deadline")) options.deadline_s = to_number("deadline", line.text("deadline"), 0.01);
  if (line.has("seed")) options.seed = static_cast<uint64_t>(to_number("seed", line.text("seed"), 0));
  if (line.has("jobs")) options.jobs = static_cast<unsigned>(to_number("jobs", line.text("jobs"), 1));
  options.parameters = line.texts("set");
  options.in_process = line.has("in-process");
  options.json = line.json();
  options.list = line.has("list");
  options.strict = line.has("strict");
  options.quiet = line.has("quiet");
  if (!options.list) static_cast<void>(line.required("file"));
  return verify_main(options, std::cout);
}

}  // namespace nac::fw

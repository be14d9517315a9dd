// SPDX-License-Identifier: Apache-2.0
// The command table: finds the verb, runs it, turns exceptions into exit codes (0 done, 1 failed, 2 wrong usage).
#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/version.hpp"
#include "commands/command.hpp"
#include "services/nearest.hpp"

namespace nac::fw {
namespace {

void print_help() {
  fmt::print("nac {}: finds, trains and compresses the smallest neural networks that solve a problem.\n\n", kVersion);
  fmt::print("Usage: nac COMMAND [arguments]\n\nCommands:\n");
  for (const Command &command : commands()) fmt::print("  {:<16} {}\n", command.name, command.summary);
  fmt::print(
      "\nExamples:\n"
      "  nac run examples/quickstart.toml        search, train and report on synthetic data\n"
      "  nac run my.toml --set search.trials=50  change any key of a manifest\n"
      "  nac resume studies/my-study             go on after Ctrl-C or a crash\n"
      "  nac compress studies/my-study           quantize and prune what was selected\n"
      "  nac synth studies/my-study:chosen       write it as an HLS project, proven bit for bit\n"
      "\n`nac COMMAND --help` explains a command. Exit codes: 0 done, 1 failed, 2 wrong usage or manifest.\n");
}

/// The verb with the longest name that the arguments start with.
const Command *find_command(const Arguments &all, Arguments &rest) {
  const Command *best = nullptr;
  std::size_t words = 0;
  for (const Command &command : commands()) {
    const std::string name = command.name;
    const std::size_t space = name.find(' ');
    const bool two = space != std::string::npos;
    if (all.size() < (two ? 2u : 1u) || all[0] != name.substr(0, space)) continue;
    if (two && all[1] != name.substr(space + 1)) continue;
    best = &command;
    words = two ? 2 : 1;
  }
  if (best != nullptr) rest.assign(all.begin() + static_cast<std::ptrdiff_t>(words), all.end());
  return best;
}

[[noreturn]] void unknown_command(const Arguments &all) {
  std::vector<std::string> names, below;
  for (const Command &command : commands()) {
    const std::string name = command.name;
    if (name.rfind(all[0] + " ", 0) == 0) below.push_back(name);
    names.push_back(name);
  }
  if (!below.empty()) throw UsageError(fmt::format("nac {}: expected one of {}", all[0], quoted_list(below)));
  throw UsageError(fmt::format("unknown command '{}'{}; see nac --help", all[0], did_you_mean(all[0], names)));
}

int dispatch(const Arguments &all) {
  if (all.empty() || all[0] == "--help" || all[0] == "-h" || all[0] == "help") {
    print_help();
    return all.empty() ? 2 : 0;
  }
  if (all[0] == "--version") {
    fmt::print("nac {}\n", kVersion);
    return 0;
  }
  Arguments rest;
  const Command *command = find_command(all, rest);
  if (command == nullptr) unknown_command(all);
  return command->run(rest);
}

void print_error(const std::string &message) {
  const bool color = isatty(STDERR_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr;
  fmt::print(stderr, "{}{}\n", color ? "\033[31merror:\033[0m " : "error: ", message);
}

}  // namespace
}  // namespace nac::fw

int main(int argc, char **argv) {
  using namespace nac::fw;
  try {
    return dispatch(Arguments(argv + 1, argv + argc));
  } catch (const UsageError &e) {
    print_error(e.what());
    return 2;
  } catch (const std::exception &e) {
    print_error(e.what());
    return 1;
  }
}

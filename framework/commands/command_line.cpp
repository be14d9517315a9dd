// SPDX-License-Identifier: Apache-2.0
#include "commands/command_line.hpp"

#include <fmt/format.h>

#include <iostream>
#include <sstream>

#include "base/error.hpp"
#include "services/nearest.hpp"

namespace nac::fw {
namespace po = boost::program_options;

CommandLine::CommandLine(std::string usage, std::string summary, std::vector<std::string> examples)
    : usage_(std::move(usage)), summary_(std::move(summary)), examples_(std::move(examples)) {
  option()("help,h", "show this help");
}

std::string CommandLine::verb() const {
  // The lower-case words that the usage starts with: "task show".
  const std::size_t end = usage_.find_first_of("[ABCDEFGHIJKLMNOPQRSTUVWXYZ");
  const std::string words = usage_.substr(0, end);
  return words.substr(0, words.find_last_not_of(' ') + 1);
}

void CommandLine::positional(const char *name, int count) {
  hidden_.add_options()(name, po::value<std::vector<std::string>>());
  positional_.add(name, count);
}

void CommandLine::with_plugins() {
  option()("plugin-path", po::value<std::vector<std::string>>()->value_name("PATH"),
           "a plugin library or a folder of them; may be repeated");
}

void CommandLine::with_json() { option()("json", "write JSON for programs instead of text for people"); }

bool CommandLine::parse(const Arguments &arguments) {
  po::options_description all;
  all.add(options_).add(hidden_);
  try {
    po::store(po::command_line_parser(arguments).options(all).positional(positional_).run(), values_);
    po::notify(values_);
  } catch (const po::unknown_option &e) {
    std::vector<std::string> names;
    for (const auto &option : options_.options()) names.push_back("--" + option->long_name());
    throw UsageError(fmt::format("unknown option '{}'{}; see nac {} --help", e.get_option_name(),
                                 did_you_mean(e.get_option_name(), names), verb()));
  } catch (const po::too_many_positional_options_error &) {
    throw UsageError(fmt::format("too many arguments; usage: nac {}", usage_));
  } catch (const po::error &e) {
    throw UsageError(fmt::format("{}; usage: nac {}", e.what(), usage_));
  }
  if (!has("help")) return true;
  std::cout << help();
  return false;
}

std::string CommandLine::help() const {
  std::ostringstream out;
  out << "Usage: nac " << usage_ << "\n\n" << summary_ << "\n\n" << options_;
  if (!examples_.empty()) {
    out << "\nExamples:\n";
    for (const std::string &example : examples_) out << "  " << example << '\n';
  }
  return out.str();
}

std::string CommandLine::text(const char *name, const std::string &otherwise) const {
  const auto all = texts(name);
  return all.empty() ? otherwise : all.back();
}

std::vector<std::string> CommandLine::texts(const char *name) const {
  return has(name) ? values_[name].as<std::vector<std::string>>() : std::vector<std::string>{};
}

std::string CommandLine::required(const char *name) const {
  const auto all = texts(name);
  if (all.empty()) throw UsageError(fmt::format("an argument is missing; usage: nac {}", usage_));
  return all.back();
}

DiscoveryOptions CommandLine::discovery() const {
  DiscoveryOptions options;
  for (const std::string &path : texts("plugin-path")) options.command_line.emplace_back(path);
  return options;
}

}  // namespace nac::fw

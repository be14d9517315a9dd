// SPDX-License-Identifier: Apache-2.0
#include "hls_backend/simulate/compiler.hpp"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "hls_backend/simulate/process.hpp"

namespace nac::hls {
namespace {

// Above it the optimizer takes minutes over unrolled code (see README.md of this folder for the measurement).
constexpr std::size_t kLargeSource = 4u << 20;

std::vector<std::string> split(const std::string &text) {
  std::istringstream in(text);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

std::vector<std::string> chosen_words() {
  const char *set = std::getenv("CXX");
  if (set != nullptr) {
    std::vector<std::string> words = split(set);
    if (!words.empty()) {
      const auto program = find_program(words[0]);
      if (!program)
        throw failure(NAC_UNAVAILABLE, "the simulation needs a C++ compiler, but there is no program '" + words[0] +
                                           "', which the variable CXX names");
      words[0] = *program;
      return words;
    }
  }
  for (const char *name : {"g++", "c++", "clang++"})
    if (const auto program = find_program(name)) return {*program};
  throw failure(NAC_UNAVAILABLE,
                "the simulation needs a C++ compiler: CXX is not set, and neither g++ nor c++ nor clang++ is on PATH");
}

}  // namespace

compiler find_compiler(const std::string &scratch, const work &call) {
  compiler found{chosen_words(), ""};
  const std::string log = scratch + "/version.log";
  std::vector<std::string> words = found.words;
  words.push_back("--version");
  const int status = run({words, "", log, {"LC_ALL=C"}, "asking the compiler for its version"}, call);
  std::ifstream file(log);
  if (status != 0 || !std::getline(file, found.version) || found.version.empty())
    throw failure(NAC_UNAVAILABLE, "'" + found.words[0] + " --version' does not answer (status " +
                                       std::to_string(status) + "): the simulation needs a C++ compiler");
  return found;
}

std::vector<std::string> simulation_flags(const compiler &c, std::size_t source_bytes) {
  std::vector<std::string> flags = {
      "-std=c++17", source_bytes > kLargeSource ? "-O1" : "-O2", "-fPIC", "-shared", "-w", "-Wl,-Bsymbolic"};
  // Statics of inline functions would otherwise be one object for all simulations that this process has loaded, though
  // each was compiled for another network. Clang never makes them so.
  if (c.version.find("clang") == std::string::npos) flags.push_back("-fno-gnu-unique");
  return flags;
}

std::string first_error(const std::string &log) {
  std::istringstream in(log);
  std::string last;
  for (std::string line; std::getline(in, line);) {
    if (line.find("error:") != std::string::npos || line.find("undefined reference") != std::string::npos ||
        line.find("undefined symbol") != std::string::npos)
      return line;
    if (line.find_first_not_of(" \t\r") != std::string::npos) last = line;
  }
  return last.empty() ? "the compiler says nothing" : last;
}

}  // namespace nac::hls

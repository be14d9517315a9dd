// SPDX-License-Identifier: Apache-2.0
#include "hls_backend/simulate/vendor_build.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

#include "hls_backend/reports/text_table.hpp"
#include "hls_backend/simulate/process.hpp"
#include "nac/cpp/error.hpp"

namespace nac::hls {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> tool_words(std::string &name) {
  static const std::pair<const char *, std::vector<std::string>> kTools[] = {
      {"vitis-run", {"--mode", "hls", "--tcl", "build_prj.tcl"}},
      {"vitis_hls", {"-f", "build_prj.tcl"}},
      {"vivado_hls", {"-f", "build_prj.tcl"}}};
  for (const auto &[tool, arguments] : kTools)
    if (const auto program = find_program(tool)) {
      std::vector<std::string> words = {*program};
      words.insert(words.end(), arguments.begin(), arguments.end());
      name = tool;
      return words;
    }
  throw failure(NAC_UNAVAILABLE, "none of the vendor's programs vitis-run, vitis_hls and vivado_hls is on PATH");
}

/// The first line that the tools mark as an error, else the last one.
std::string reason_in(const fs::path &log) {
  std::ifstream file(log, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  std::string last = "they left no output";
  for (const std::string &line : lines_of(text)) {
    if (line.rfind("ERROR:", 0) == 0 || line.rfind("CRITICAL ERROR:", 0) == 0) return line;
    if (line.find_first_not_of(" \t") != std::string::npos) last = line;
  }
  return last;
}

}  // namespace

report_values vendor_build(const std::string &project, const std::string &options, const work &call) {
  std::error_code error;
  const fs::path folder = fs::absolute(project), log = folder / "build_prj.log";
  if (!fs::is_regular_file(folder / "build_prj.tcl", error))
    throw failure(NAC_NOT_FOUND, "'" + folder.string() + "' is no project: it has no build_prj.tcl");
  std::string tool;
  const std::vector<std::string> words = tool_words(tool);
  fs::remove(log, error);
  // vitis-run passes no arguments on to the script: all three get them the same way.
  const int status =
      run({words, folder.string(), log.string(), {"NAC_HLS_OPTIONS=" + options}, tool + " builds the project"}, call);
  if (status != 0)
    throw failure(NAC_INTERNAL, tool + " ended with status " + std::to_string(status) + ": " + reason_in(log) +
                                    "; the whole output is in " + log.string());
  return read_report_folder(folder.string());
}

}  // namespace nac::hls

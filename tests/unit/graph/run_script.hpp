// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

namespace nac::fw::testing {

/// A folder of its own under the system's temporary folder, removed at the end, for scripts of this folder to look at.
class ScriptFolder {
 public:
  ScriptFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "nac-onnx-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = name;
  }
  ScriptFolder(const ScriptFolder &) = delete;
  ScriptFolder &operator=(const ScriptFolder &) = delete;
  ~ScriptFolder() { std::filesystem::remove_all(path_); }

  void add(const std::string &name, const std::string &bytes) const {
    std::ofstream(path_ / name, std::ios::binary) << bytes;
  }
  /// The exit code of the Python script with the folder as argument; -1: python3-onnx is absent.
  int run(const std::string &script, std::string *report) const {
    const auto log = path_ / "log.txt";
    const std::string command = "/usr/bin/python3 '" NAC_SOURCE_DIR "/tests/unit/graph/" + script + "' '" +
                                path_.string() + "' > '" + log.string() + "' 2>&1";
    const int code = std::system(command.c_str());
    std::stringstream text;
    text << std::ifstream(log).rdbuf();
    *report = text.str();
    if (WIFEXITED(code) && (WEXITSTATUS(code) == 77 || WEXITSTATUS(code) == 127)) return -1;
    return WIFEXITED(code) ? WEXITSTATUS(code) : 255;
  }

 private:
  std::filesystem::path path_;
};

}  // namespace nac::fw::testing

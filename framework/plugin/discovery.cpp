// SPDX-License-Identifier: Apache-2.0
#include "plugin/discovery.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/dll/runtime_symbol_info.hpp>
#include <cstdlib>
#include <set>
#include <string>
#include <system_error>

namespace nac::fw {
namespace {

namespace fs = std::filesystem;

bool is_plugin_name(const std::string &name) {
  return name.size() > 7 && name.rfind("nac-", 0) == 0 && name.compare(name.size() - 3, 3, ".so") == 0;
}

class Finder {
 public:
  /// `origin` empty: a default place, which need not exist.
  void look_at(const fs::path &given, const std::string &origin) {
    const fs::path path = fs::absolute(given).lexically_normal();
    found_.searched.push_back(path);
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (status.type() == fs::file_type::not_found) {
      if (!origin.empty()) refuse(path, fmt::format("{} names it, but there is no such file or folder", origin));
    } else if (error) {
      refuse(path, error.message());
    } else if (fs::is_directory(status)) {
      look_into(path);
    } else {
      take(path);
    }
  }

  Discovery result() { return std::move(found_); }

 private:
  void look_into(const fs::path &folder) {
    std::error_code error;
    std::vector<fs::path> files;
    fs::directory_iterator it(folder, error);
    for (; !error && it != fs::directory_iterator(); it.increment(error))
      if (is_plugin_name(it->path().filename().string())) files.push_back(it->path());
    if (error) refuse(folder, fmt::format("the folder cannot be read: {}", error.message()));
    std::sort(files.begin(), files.end());
    for (const fs::path &file : files) take(file);
  }

  /// The same file may be reached by several ways; the first counts.
  void take(const fs::path &file) {
    std::error_code error;
    const fs::path real = fs::canonical(file, error);
    if (error) {
      refuse(file, error.message());
      return;
    }
    if (seen_.insert(real).second) found_.files.push_back(file);
  }

  void refuse(const fs::path &path, const std::string &reason) { found_.refused.push_back({path, "", reason}); }

  Discovery found_;
  std::set<fs::path> seen_;
};

void look_at_environment(Finder &finder) {
  if (const char *list = std::getenv("NAC_PLUGIN_PATH")) {
    const std::string all = list;
    for (std::size_t start = 0; start <= all.size();) {
      const std::size_t end = std::min(all.find(':', start), all.size());
      // An empty part must not mean the current folder: nothing is loaded from there unasked.
      if (end > start) finder.look_at(all.substr(start, end - start), "NAC_PLUGIN_PATH");
      start = end + 1;
    }
  }
  const char *data = std::getenv("XDG_DATA_HOME");
  const char *home = std::getenv("HOME");
  // Relative values are invalid by the XDG Base Directory Specification.
  if (data != nullptr && data[0] == '/') {
    finder.look_at(fs::path(data) / "nac/plugins", "");
  } else if (home != nullptr && home[0] == '/') {
    finder.look_at(fs::path(home) / ".local/share/nac/plugins", "");
  }
  finder.look_at(boost::dll::program_location().parent_path().parent_path() / "lib/nac/plugins", "");
}

}  // namespace

Discovery discover(const DiscoveryOptions &options) {
  Finder finder;
  for (const fs::path &path : options.manifest) finder.look_at(path, "the manifest");
  for (const fs::path &path : options.command_line) finder.look_at(path, "--plugin-path");
  if (options.environment) look_at_environment(finder);
  return finder.result();
}

}  // namespace nac::fw

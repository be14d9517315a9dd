// SPDX-License-Identifier: Apache-2.0
#include "hls_backend/simulate/library_cache.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "hls_backend/simulate/sha256.hpp"
#include "nac/cpp/error.hpp"

namespace nac::hls {
namespace {

namespace fs = std::filesystem;
const std::string kMark = "\nnac-hls-library ";  // followed by the checksum of all before the mark

std::string chosen_folder(const std::string &given) {
  if (!given.empty()) return given;
  const char *cache = std::getenv("XDG_CACHE_HOME"), *home = std::getenv("HOME");
  if (cache != nullptr && cache[0] == '/') return std::string(cache) + "/nac/hls";
  if (home != nullptr && home[0] != '\0') return std::string(home) + "/.cache/nac/hls";
  throw failure(NAC_INVALID_ARGUMENT,
                "there is no folder for compiled simulations: set the parameter 'cache', or XDG_CACHE_HOME, or HOME");
}

std::optional<std::string> read_all(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::string bytes{std::istreambuf_iterator<char>(file), {}};
  if (file.bad()) return std::nullopt;
  return bytes;
}

bool sealed(const std::string &bytes) {
  constexpr std::size_t kDigits = 64;
  if (bytes.size() < kMark.size() + kDigits) return false;
  const std::string_view all = bytes;
  const std::size_t end = bytes.size() - kMark.size() - kDigits;
  return all.substr(end, kMark.size()) == kMark &&
         all.substr(end + kMark.size()) == sha256().bytes(all.substr(0, end)).hex();
}

void move_file(const std::string &from, const std::string &to) {
  std::error_code error;
  fs::rename(from, to, error);
  if (error) throw failure(NAC_RESOURCE_EXHAUSTED, "cannot write '" + to + "': " + error.message());
}

}  // namespace

library_cache::library_cache(const std::string &folder) : library_cache(folder, limits{}) {}

library_cache::library_cache(const std::string &folder, limits most) : most_(most) {
  folder_ = fs::absolute(chosen_folder(folder)).lexically_normal().string();
  std::error_code error;
  fs::create_directories(folder_, error);
  if (error)
    throw failure(NAC_RESOURCE_EXHAUSTED,
                  "cannot make the folder for compiled simulations '" + folder_ + "': " + error.message());
}

std::optional<std::string> library_cache::find(const std::string &key) const {
  const std::string path = folder_ + "/" + key + ".so";
  const std::optional<std::string> bytes = read_all(path);
  if (!bytes) return std::nullopt;
  std::error_code ignored;
  if (!sealed(*bytes)) {
    fs::remove(path, ignored);
    return std::nullopt;
  }
  fs::last_write_time(path, fs::file_time_type::clock::now(), ignored);
  return path;
}

std::string library_cache::insert(const std::string &key, const std::string &library) const {
  const std::optional<std::string> bytes = read_all(library);
  if (!bytes) throw failure(NAC_RESOURCE_EXHAUSTED, "cannot read '" + library + "'");
  std::ofstream file(library, std::ios::binary | std::ios::app);
  file << kMark << sha256().bytes(*bytes).hex();
  file.close();
  if (!file) throw failure(NAC_RESOURCE_EXHAUSTED, "cannot write '" + library + "': is the disk full?");
  const std::string path = folder_ + "/" + key + ".so";
  move_file(library, path);
  shrink(path);
  return path;
}

std::string library_cache::keep_log(const std::string &key, const std::string &log) const {
  const std::string path = folder_ + "/" + key + ".log";
  move_file(log, path);
  shrink(path);
  return path;
}

// Files that vanish meanwhile were removed by another process that does the same.
void library_cache::shrink(const std::string &keep) const {
  struct entry {
    fs::file_time_type time;
    std::string path;
    uint64_t size = 0;
  };
  std::vector<entry> entries;
  std::error_code ignored;
  const auto now = fs::file_time_type::clock::now();
  for (const fs::directory_entry &item : fs::directory_iterator(folder_, ignored)) {
    std::error_code gone;
    const fs::file_time_type time = item.last_write_time(gone);
    if (gone) continue;
    const std::string name = item.path().filename().string(), extension = item.path().extension().string();
    if (name.rfind(kBuildPrefix, 0) == 0 && item.is_directory(gone)) {
      if (now - time > std::chrono::hours(24)) fs::remove_all(item.path(), gone);
      continue;
    }
    if (extension != ".so" && extension != ".log") continue;
    const uint64_t size = item.file_size(gone);
    if (!gone && item.path() != keep) entries.push_back({time, item.path().string(), size});
  }
  std::sort(entries.begin(), entries.end(),
            [](const entry &a, const entry &b) { return a.time != b.time ? a.time > b.time : a.path < b.path; });
  std::size_t count = 1;
  uint64_t bytes = fs::file_size(keep, ignored);
  if (ignored) bytes = 0;
  for (const entry &e : entries) {
    count += 1;
    bytes += e.size;
    if (count > most_.entries || bytes > most_.bytes) fs::remove(e.path, ignored);
  }
}

}  // namespace nac::hls

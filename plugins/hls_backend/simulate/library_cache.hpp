// SPDX-License-Identifier: Apache-2.0
//
// library_cache.hpp: compiled shared libraries by key, in a folder that processes share. A library carries its own
// checksum behind its last byte (loaders do not look there), so that one rename makes it appear whole.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

namespace nac::hls {

class library_cache {
 public:
  struct limits {
    std::size_t entries = 200;
    uint64_t bytes = uint64_t{2} << 30;
  };

  /// `folder`, else $XDG_CACHE_HOME/nac/hls, else ~/.cache/nac/hls; made when missing. Throws failure
  /// (NAC_RESOURCE_EXHAUSTED) with the system's reason.
  explicit library_cache(const std::string &folder);
  library_cache(const std::string &folder, limits most);

  const std::string &folder() const { return folder_; }
  /// The library of that key, now the newest entry. A damaged one is removed and not found.
  std::optional<std::string> find(const std::string &key) const;
  /// Takes a library on the cache's own file system (below folder()), seals it, moves it in, and removes the oldest
  /// entries beyond the limits. Returns its place.
  std::string insert(const std::string &key, const std::string &library) const;
  /// Keeps the log of a failed compilation; returns its place.
  std::string keep_log(const std::string &key, const std::string &log) const;

 private:
  void shrink(const std::string &keep) const;
  std::string folder_;
  limits most_;
};

/// Prefix of private folders in the cache; those that a killed process left are removed a day later.
inline constexpr const char *kBuildPrefix = "build-";

}  // namespace nac::hls

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <set>
#include <string>

#include "nac/host.h"

namespace nac::fw {

/// What a plugin sees of this program; one per loaded library, so that log lines carry its name.
class Host {
 public:
  struct Options {
    std::string plugin = "plugin";  ///< source of its log lines
    // For tests of plugins: an older or poorer host.
    uint32_t minor = NAC_ABI_MINOR;
    uint32_t struct_size = sizeof(nac_host);
    std::set<std::string> without;  ///< service ids that are not offered
  };
  Host();
  explicit Host(Options options);
  Host(const Host &) = delete;
  Host &operator=(const Host &) = delete;

  const nac_host *get() const { return &host_; }
  const std::string &plugin() const { return options_.plugin; }
  /// After the plugin's last deinit: whatever it still calls is its defect.
  void close() { closed_ = true; }
  bool closed() const { return closed_; }
  /// The Host behind a pointer that a plugin passed back; null for NULL.
  static const Host *of(const nac_host *host);
  static const char *program_version();

 private:
  static const void *service(const nac_host *host, const char *id);
  Options options_;
  nac_host host_{};
  std::atomic<bool> closed_{false};
};

}  // namespace nac::fw

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <memory>
#include <mutex>

#include "plugin/precheck.hpp"
#include "plugin/registry.hpp"
#include "services/host.hpp"

namespace nac::fw {

/// A plugin file in this process: mapped for ever, initialized between init() and deinit().
class Library final : public PluginLibrary {
 public:
  /// Maps the file with all symbols bound, then checks entry and descriptors. Throws Error with the reason alone,
  /// without the path: the dynamic loader's own words, or which rule is broken. Runs the file's static constructors.
  static std::shared_ptr<Library> open(const Precheck &file, Host::Options host = {});

  const std::filesystem::path &path() const override { return path_; }
  const std::string &sha256() const override { return sha256_; }
  const nac_plugin &plugin() const override { return *plugin_; }
  std::mutex *serial_lock() const override { return &serial_lock_; }
  void count_object(int change) const override { live_objects_ += change; }

  /// Throws Error with the plugin's reason.
  void init();
  /// Only after init(). Refuses (logs, does nothing) while objects are alive.
  void deinit();
  int live_objects() const { return live_objects_; }

 private:
  Library() = default;
  std::filesystem::path path_;
  std::string sha256_;
  const nac_plugin *plugin_ = nullptr;
  std::unique_ptr<Host> host_;
  mutable std::mutex serial_lock_;
  mutable std::atomic<int> live_objects_{0};
};

}  // namespace nac::fw

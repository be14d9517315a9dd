// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "nac/plugin.h"
#include "services/config.hpp"

namespace nac::fw {

/// Where plugins are looked for, in this order; the first id wins.
struct DiscoveryOptions {
  std::vector<std::filesystem::path> manifest;      ///< [[plugin]] path = ...: files or folders
  std::vector<std::filesystem::path> command_line;  ///< --plugin-path
  bool environment = true;                          ///< NAC_PLUGIN_PATH, XDG data folder, beside the program
};

/// A library that is loaded and initialized. Never unloaded.
class PluginLibrary {
 public:
  virtual ~PluginLibrary() = default;
  virtual const std::filesystem::path &path() const = 0;
  virtual const std::string &sha256() const = 0;
  virtual const nac_plugin &plugin() const = 0;
  /// Held during every call into a library of level serial; null: no lock.
  virtual std::mutex *serial_lock() const { return nullptr; }
  /// Objects made (+1) and destroyed (-1): deinit waits for none.
  virtual void count_object(int /*change*/) const {}
};

/// One descriptor of one library.
struct PluginObject {
  std::shared_ptr<PluginLibrary> library;
  const nac_descriptor *descriptor = nullptr;
  std::string short_name() const;  ///< last part of the id
};

/// A file that was seen and not taken, with the reason: "shadowed by ...", "needs ABI 1.7, this host has 1.0" ...
struct RefusedPlugin {
  std::filesystem::path path;
  std::string id;  ///< when a single object was refused
  std::string reason;
};

/// A file that is used although something about it is not as it should be.
struct PluginWarning {
  std::filesystem::path path;
  std::string text;
};

/// All plugins of this process. Load everything before the first worker thread starts. A bad file is recorded as
/// refused and harms nobody else. The destructor calls every deinit, last loaded first: destroy all proxies before it.
class Registry {
 public:
  explicit Registry(const DiscoveryOptions &options);
  ~Registry();
  Registry(const Registry &) = delete;
  Registry &operator=(const Registry &) = delete;

  const std::vector<PluginObject> &objects() const;
  const std::vector<RefusedPlugin> &refused() const;
  const std::vector<PluginWarning> &warnings() const;
  const std::vector<std::filesystem::path> &searched() const;
  /// By id or short name. Throws UsageError listing what there is, the nearest name, and a refused file that would have
  /// had it.
  const PluginObject &find(const std::string &kind, const std::string &name) const;
  const PluginObject *try_find(const std::string &kind, const std::string &name) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace nac::fw

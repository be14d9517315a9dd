// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "nac/plugin.h"
#include "services/config.hpp"
#include "services/host.hpp"
#include "verify/error_box.hpp"
#include "verify/verdict.hpp"

namespace nac::fw::verify {

/// A host for plugins under test: the real services, except that loops of nac.parallel/1 run on threads that end with
/// the loop and in an order that no plugin should count on, so that threads left over are the plugin's.
class ProbeHost {
 public:
  explicit ProbeHost(Host::Options options = {});
  const nac_host *get() const { return &raw_; }
  nac_host copy() const { return raw_; }

 private:
  Host host_;
  nac_host raw_;
};

/// What a check works on: one library and one of its objects, with the steps of its life. The plugin is called without
/// the safety net of the proxies. Every step throws Failed with what the plugin said.
class Subject {
 public:
  std::filesystem::path path;  ///< absolute
  std::string id;              ///< of the object; "" for checks of the whole file
  uint64_t seed = 1;
  std::map<std::string, ConfigValue> given;  ///< parameters from the command line; those not declared are left out
  std::vector<ObjectName> objects;           ///< result of descriptors-readable

  /// dlopen and the entry symbol; again after unload().
  const nac_plugin &load();
  void unload();
  const nac_plugin &plugin() const { return *plugin_; }
  void init(const nac_host *host);
  void init() { init(host_.get()); }  ///< with the subject's own host
  void deinit();
  bool is_open() const { return inits_ > 0; }
  /// load() and init(), unless that was done.
  void open();

  const nac_descriptor &descriptor() const;  ///< of `id`
  /// create() with `given` over the defaults.
  nac_object create() const;
  /// create() with any id and configuration: status and error as the plugin gave them.
  nac_status create(const char *wanted, const nac_config *config, nac_object *out, nac_error *err) const;
  static void destroy(const nac_object &object);
  /// Makes and ends an object of every descriptor; the ids of those that could be made. Sets `id`.
  std::vector<std::string> use_every_object();

 private:
  void *handle_ = nullptr;
  const nac_plugin *plugin_ = nullptr;
  int inits_ = 0;
  ProbeHost host_;
};

/// The function table of an object of a known kind.
template <class Api>
const Api &table(const nac_object &object) {
  return *static_cast<const Api *>(object.api);
}

}  // namespace nac::fw::verify

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "plugin/guard.hpp"
#include "plugin/registry.hpp"

namespace nac::fw {

/// One function of a table, for checking that it is there.
struct TableMember {
  const char *name;
  bool present;
};

/// A live object of a plugin: made by create(), ended by its table's destroy(), locked at the level of its descriptor.
class Instance {
 public:
  /// Throws Error when create fails or hands out no table.
  Instance(const PluginObject &object, const Config &config);
  ~Instance();
  Instance(const Instance &) = delete;
  Instance &operator=(const Instance &) = delete;

  const PluginObject &object() const { return object_; }
  void *self() const { return raw_.self; }
  /// The table, once it is known to reach through `required_size` bytes. `kind` is for the message.
  template <class Api>
  const Api &table(std::size_t required_size) const {
    require_size(required_size);
    return *static_cast<const Api *>(raw_.api);
  }
  /// Throws Error naming the functions that are NULL.
  void require(const std::vector<TableMember> &members) const;

  /// Guarded; statuses other than NAC_OK are the caller's to judge.
  CallResult call(const std::function<nac_status(nac_error *)> &f) const;
  /// Guarded; throws Error "plugin <id> <version>: <function>: ..." on any failure.
  void must(const std::string &function, const std::function<nac_status(nac_error *)> &f) const;
  [[noreturn]] void defect(const std::string &function, const std::string &what) const;
  [[noreturn]] void failed(const std::string &function, const CallResult &result) const;
  /// Runs a check of ours of what a function gave, and blames the plugin when it throws Error.
  template <class F>
  void judge(const std::string &function, F &&check) const {
    try {
      check();
    } catch (const Error &e) {
      defect(function, e.what());
    }
  }
  /// Null at level free.
  std::mutex *lock() const;

 private:
  void require_size(std::size_t required_size) const;
  PluginObject object_;
  nac_object raw_{};
  mutable std::mutex own_lock_;
};

}  // namespace nac::fw

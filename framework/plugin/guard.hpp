// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <mutex>
#include <string>

#include "base/error.hpp"
#include "nac/plugin.h"

namespace nac::fw {

/// What a plugin function came back with.
struct CallResult {
  nac_status status = NAC_OK;  ///< one of base.h; unknown ones became NAC_INTERNAL
  std::string message;         ///< printable; on failure never empty
  bool gave_reason = true;     ///< false: the message is ours, since the plugin left none
};

/// Calls into a plugin: under `lock` (null: none), isolated, so that no other plugin call starts on this thread while
/// it waits, with exceptions caught and the floating-point control word restored. A call that changed the control word
/// or threw is a failure with a message that says so.
CallResult guarded_call(std::mutex *lock, const std::function<nac_status(nac_error *)> &f);

/// For functions without a status: true when it neither threw nor changed the control word; else `why` says what.
bool guarded_plain_call(std::mutex *lock, const std::function<void()> &f, std::string *why);

const char *status_name(nac_status status);

/// "plugin <id> <version>: <function>: "
std::string plugin_prefix(const nac_descriptor &descriptor, const std::string &function);
/// Error with that prefix, for failed calls and for results that break the rules.
[[noreturn]] void throw_plugin_error(const nac_descriptor &descriptor, const std::string &function,
                                     const std::string &message, nac_status status = NAC_INTERNAL);

}  // namespace nac::fw

// SPDX-License-Identifier: Apache-2.0
#include "plugin/guard.hpp"

#include <fmt/format.h>
#include <tbb/task_arena.h>

#include <cstring>

#include "nac/cpp/error.hpp"
#include "services/fp_control.hpp"
#include "services/utf8.hpp"

namespace nac::fw {
namespace {

/// Runs f with all guards; "" or which rule it broke.
std::string run_guarded(std::mutex *lock, const std::function<void()> &f) {
  std::unique_lock<std::mutex> held;
  if (lock != nullptr) held = std::unique_lock(*lock);
  const FpScope fp;
  std::string broken;
  tbb::this_task_arena::isolate([&] {
    // The plugin should not throw through its C table, but with a shared C++ run time it can.
    try {
      f();
    } catch (const std::exception &e) {
      broken = fmt::format("it threw an exception through its C interface (\"{}\"); this is a defect of the plugin",
                           printable(e.what()));
    } catch (...) {
      broken = "it threw an exception of unknown type through its C interface; this is a defect of the plugin";
    }
  });
  if (broken.empty() && fp.changed())
    broken = fmt::format("it changed {} of the calling thread; this is a defect of the plugin", fp.difference());
  return broken;
}

bool is_known(nac_status status) { return status >= NAC_OK && status <= NAC_INFEASIBLE; }

}  // namespace

const char *status_name(nac_status status) {
  static constexpr const char *kNames[] = {"ok",
                                           "cancelled",
                                           "invalid argument",
                                           "not found",
                                           "unsupported",
                                           "failed precondition",
                                           "resource exhausted",
                                           "unavailable",
                                           "data loss",
                                           "internal error",
                                           "again",
                                           "infeasible"};
  return is_known(status) ? kNames[status] : "unknown status";
}

CallResult guarded_call(std::mutex *lock, const std::function<nac_status(nac_error *)> &f) {
  nac_error err = nac::empty_error();
  nac_status status = NAC_OK;
  const std::string broken = run_guarded(lock, [&] { status = f(&err); });
  if (!broken.empty()) return {NAC_INTERNAL, broken, true};
  if (status == NAC_OK) return {};
  err.message[sizeof err.message - 1] = '\0';
  std::string message = printable(err.message);
  if (!is_known(status))
    return {NAC_INTERNAL,
            fmt::format("it returned the unknown status {}{}{}", status, message.empty() ? "" : ": ", message), true};
  const bool gave_reason = !message.empty();
  if (!gave_reason)
    message = fmt::format("it failed ({}) without saying why; this is a defect of the plugin", status_name(status));
  return {status, message, gave_reason};
}

bool guarded_plain_call(std::mutex *lock, const std::function<void()> &f, std::string *why) {
  const std::string broken = run_guarded(lock, f);
  if (why != nullptr) *why = broken;
  return broken.empty();
}

std::string plugin_prefix(const nac_descriptor &descriptor, const std::string &function) {
  return fmt::format("plugin {} {}: {}: ", descriptor.id, descriptor.version, function);
}

void throw_plugin_error(const nac_descriptor &descriptor, const std::string &function, const std::string &message,
                        nac_status status) {
  throw Error(plugin_prefix(descriptor, function) + message, status);
}

}  // namespace nac::fw

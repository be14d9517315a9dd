// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <utility>

#include "nac/base.h"

namespace nac::fw {

/// Status of the exception being handled, its message in *err (may be null). Call inside a catch block.
nac_status report_current_exception(nac_error *err) noexcept;
nac_status report_error(nac_error *err, nac_status status, const std::string &message) noexcept;

/// The host's side of every service function: no exception leaves. f returns nothing.
template <class F>
nac_status service_guard(nac_error *err, F &&f) noexcept {
  try {
    std::forward<F>(f)();
    return NAC_OK;
  } catch (...) {
    return report_current_exception(err);
  }
}

/// The same for functions that return a value, with `otherwise` on failure.
template <class T, class F>
T service_guard_or(T otherwise, nac_error *err, F &&f) noexcept {
  try {
    return std::forward<F>(f)();
  } catch (...) {
    report_current_exception(err);
    return otherwise;
  }
}

}  // namespace nac::fw

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "nac/cpp/observer.hpp"

namespace nac::compressing {

/// The task's first metric as something to be minimized: 1 - metric where larger is better.
inline double error_of(const observer &watch, const std::vector<double> &metrics) {
  if (metrics.empty()) fail(NAC_FAILED_PRECONDITION, "the task has no metric to judge a model by");
  return watch.direction(0) > 0 ? 1 - metrics[0] : metrics[0];
}

inline const observer &needed(const std::shared_ptr<const observer> &watch, const char *pass) {
  if (watch == nullptr)
    fail(NAC_FAILED_PRECONDITION,
         std::string(pass) + " measures the model while it edits it, which needs a host with nac.observe/1 (ABI 1.2)");
  return *watch;
}

}  // namespace nac::compressing

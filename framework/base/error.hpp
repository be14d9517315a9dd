// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <stdexcept>
#include <string>

#include "nac/base.h"

namespace nac::fw {

/// What failed, on which input, what would be accepted. Ends the program with exit code 1 unless caught.
class Error : public std::runtime_error {
 public:
  explicit Error(const std::string &message, nac_status status = NAC_INTERNAL)
      : std::runtime_error(message), status_(status) {}
  nac_status status() const { return status_; }

 private:
  nac_status status_;
};

/// The user's command line or manifest is wrong: exit code 2.
class UsageError : public Error {
 public:
  explicit UsageError(const std::string &message) : Error(message, NAC_INVALID_ARGUMENT) {}
};

}  // namespace nac::fw

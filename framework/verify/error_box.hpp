// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <string>

#include "nac/base.h"

namespace nac::fw::verify {

const char *status_name(nac_status status);

/// A nac_error for one call, with marked memory behind it.
class ErrorBox {
 public:
  ErrorBox();
  nac_error *get() { return &error_; }
  bool has_message() const { return error_.message[0] != '\0'; }
  std::string message() const;
  nac_status code() const { return error_.code; }
  /// Throws Failed when the plugin wrote past the struct, changed its size, or left text that is not NUL-terminated
  /// UTF-8. `what` names the call.
  void check(const std::string &what) const;
  /// Throws Failed unless the call succeeded: what, the status and the message.
  void must_succeed(nac_status status, const std::string &what) const;
  /// Throws Failed unless the call failed and said why.
  void must_fail(nac_status status, const std::string &what) const;

 private:
  nac_error error_{};
  std::array<unsigned char, 64> guard_;
};

}  // namespace nac::fw::verify

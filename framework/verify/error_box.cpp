// SPDX-License-Identifier: Apache-2.0
#include "verify/error_box.hpp"

#include <algorithm>
#include <cstring>

#include "services/utf8.hpp"
#include "verify/verdict.hpp"

namespace nac::fw::verify {

namespace {
constexpr unsigned char kMark = 0xa7;
}

const char *status_name(nac_status status) {
  switch (status) {
    case NAC_OK: return "ok";
    case NAC_CANCELLED: return "cancelled";
    case NAC_INVALID_ARGUMENT: return "invalid argument";
    case NAC_NOT_FOUND: return "not found";
    case NAC_UNSUPPORTED: return "unsupported";
    case NAC_FAILED_PRECONDITION: return "failed precondition";
    case NAC_RESOURCE_EXHAUSTED: return "resource exhausted";
    case NAC_UNAVAILABLE: return "unavailable";
    case NAC_DATA_LOSS: return "data loss";
    case NAC_INTERNAL: return "internal error";
    case NAC_AGAIN: return "again";
    case NAC_INFEASIBLE: return "infeasible";
    default: return "a status that no header defines";
  }
}

ErrorBox::ErrorBox() {
  error_.struct_size = sizeof error_;
  guard_.fill(kMark);
}

std::string ErrorBox::message() const { return {error_.message, strnlen(error_.message, sizeof error_.message)}; }

void ErrorBox::check(const std::string &what) const {
  if (error_.struct_size != sizeof error_) throw Failed(what + ": the plugin changed struct_size of the host's error");
  if (std::any_of(guard_.begin(), guard_.end(), [](unsigned char c) { return c != kMark; }))
    throw Failed(what + ": the plugin wrote past the end of nac_error");
  if (std::find(std::begin(error_.message), std::end(error_.message), '\0') == std::end(error_.message))
    throw Failed(what + ": the error message is not NUL-terminated");
  if (!is_utf8(message())) throw Failed(what + ": the error message is not UTF-8: " + printable(message()));
}

void ErrorBox::must_succeed(nac_status status, const std::string &what) const {
  check(what);
  if (status == NAC_OK) return;
  throw Failed(what + " failed (" + status_name(status) + ")" +
               (has_message() ? ": " + message() : " without a message"));
}

void ErrorBox::must_fail(nac_status status, const std::string &what) const {
  check(what);
  if (status == NAC_OK) throw Failed(what + " succeeded, but has to fail");
  if (!has_message()) throw Failed(what + " failed (" + status_name(status) + ") without a message");
}

}  // namespace nac::fw::verify

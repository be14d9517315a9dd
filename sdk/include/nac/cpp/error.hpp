// SPDX-License-Identifier: Apache-2.0
//
// error.hpp: exceptions inside a plugin, nac_status and nac_error at its boundary. Nothing typed crosses.
#pragma once
#include <cstring>
#include <exception>
#include <new>
#include <stdexcept>
#include <string>
#include <utility>

#include "../base.h"

namespace nac {

/// Thrown anywhere in a plugin; guard() turns it into its status and message.
class failure : public std::runtime_error {
 public:
  failure(nac_status status, const std::string &message) : std::runtime_error(message), status_(status) {}
  nac_status status() const { return status_; }

 private:
  nac_status status_;
};

[[noreturn]] inline void fail(nac_status status, const std::string &message) { throw failure(status, message); }
[[noreturn]] inline void invalid(const std::string &message) { throw failure(NAC_INVALID_ARGUMENT, message); }

/// Writes status and message into *err (may be null), cutting at a code point boundary. Returns the status.
inline nac_status set_error(nac_error *err, nac_status status, const char *message) noexcept {
  if (err != nullptr && NAC_HAS(err, nac_error, message)) {
    err->code = status;
    std::size_t size = std::strlen(message);
    if (size > sizeof err->message - 1) {
      size = sizeof err->message - 1;
      while (size > 0 && (static_cast<unsigned char>(message[size]) & 0xC0u) == 0x80u) --size;
    }
    std::memcpy(err->message, message, size);
    err->message[size] = '\0';
  }
  return status;
}

inline nac_error empty_error() noexcept {
  nac_error err{};
  err.struct_size = sizeof err;
  return err;
}

/// Runs f and turns every exception into a status. f may return nac_status or void.
template <class F>
nac_status guard(nac_error *err, F &&f) noexcept {
  try {
    if constexpr (std::is_void_v<decltype(f())>) {
      std::forward<F>(f)();
      return NAC_OK;
    } else {
      return std::forward<F>(f)();
    }
  } catch (const failure &e) {
    return set_error(err, e.status(), e.what());
  } catch (const std::bad_alloc &) {
    return set_error(err, NAC_RESOURCE_EXHAUSTED, "out of memory");
  } catch (const std::exception &e) {
    return set_error(err, NAC_INTERNAL, e.what()[0] != '\0' ? e.what() : "exception without a message");
  } catch (...) {
    return set_error(err, NAC_INTERNAL, "exception of unknown type");
  }
}

/// For calls in the other direction: throws what a host function reported.
inline void check(nac_status status, const nac_error &err) {
  if (status != NAC_OK) throw failure(status, err.message[0] != '\0' ? err.message : "the host reported no reason");
}

}  // namespace nac

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "nac/host.h"

namespace nac::fw::verify {

/// A nac_call that keeps what is written, and can be full or cancelled.
class ProbeCall {
 public:
  ProbeCall();
  ProbeCall(const ProbeCall &) = delete;
  ProbeCall &operator=(const ProbeCall &) = delete;
  const nac_call *get() const { return &raw_; }

  std::map<std::string, std::string> files;
  std::vector<std::string> bad_paths;  ///< refused: absolute, with "..", ...
  std::size_t room = SIZE_MAX;         ///< files that it takes
  bool cancelled = false;

 private:
  static bool is_cancelled(const nac_call *call);
  static void progress(const nac_call *call, double fraction, nac_str what);
  static uint64_t random(const nac_call *call);
  static nac_status write_file(const nac_call *call, const char *path, const void *bytes, uint64_t size,
                               nac_error *err);
  nac_call raw_{};
  uint64_t drawn_ = 0;
};

}  // namespace nac::fw::verify

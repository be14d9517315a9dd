// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "nac/host.h"

namespace nac::fw {

/// A nac_sink that collects into a string, up to a limit.
class StringSink {
 public:
  explicit StringSink(std::size_t limit);
  StringSink(const StringSink &) = delete;
  StringSink &operator=(const StringSink &) = delete;
  const nac_sink *get() const { return &sink_; }
  const std::string &bytes() const { return bytes_; }
  bool overflowed() const { return overflowed_; }

 private:
  static nac_status write(const nac_sink *sink, const void *bytes, uint64_t size);
  nac_sink sink_;
  std::string bytes_;
  std::size_t limit_;
  bool overflowed_ = false;
};

/// A nac_source over a string that outlives it, in pieces of at most `piece` bytes.
class StringSource {
 public:
  explicit StringSource(const std::string &bytes, std::size_t piece = std::size_t{1} << 20);
  StringSource(const StringSource &) = delete;
  StringSource &operator=(const StringSource &) = delete;
  const nac_source *get() const { return &source_; }

 private:
  static int64_t read(const nac_source *source, void *bytes, uint64_t size);
  nac_source source_;
  const std::string &bytes_;
  std::size_t at_ = 0, piece_;
};

}  // namespace nac::fw

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>
#include <string>

#include "nac/host.h"

namespace nac::fw {

struct LogLine {
  int32_t level = NAC_LOG_INFO;  ///< NAC_LOG_*
  std::string source;            ///< plugin id or file name; "" for the host itself
  std::string text;              ///< one line, no control characters
};
/// Called from any thread, several at a time; must not throw.
using LogSink = std::function<void(const LogLine &)>;

/// Lines below `level` are dropped; NAC_LOG_INFO at the start.
void set_log_threshold(int32_t level);
int32_t log_threshold();
/// Replaces the sink and returns the former one; an empty one restores the default, which writes to standard error.
LogSink set_log_sink(LogSink sink);
/// Passes a line on if its level is shown. Levels that nobody defined count as errors.
void log(int32_t level, const std::string &source, const std::string &text);
const char *log_level_name(int32_t level);

const nac_log_service &log_service();

}  // namespace nac::fw

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdio>
#include <memory>

#include "pipeline/observer.hpp"

namespace nac::fw {

struct ProgressOptions {
  std::FILE *stream = stderr;
  bool terminal = false;  ///< a bar that is drawn over; otherwise plain lines
  bool color = false;
  bool verbose = false;      ///< one line for every trial
  double line_seconds = 10;  ///< plain: at most one status line in this time
  /// From the stream (is it a terminal?), NO_COLOR and TERM.
  static ProgressOptions detect(std::FILE *stream);
};

/// Shows a run to people: a bar with trial rate, best values, hypervolume and time left, or plain lines.
std::unique_ptr<Observer> make_progress(const ProgressOptions &options);

}  // namespace nac::fw

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "nac/cpp/backend.hpp"

namespace nac::hls {

/// Order of every vector of costs in this plugin.
enum quantity_index {
  kLut,
  kFf,
  kDsp,
  kBram18k,
  kUram,
  kLatencyMin,
  kLatency,
  kLatencyMax,
  kLatencyNs,
  kInterval,
  kIntervalNs,
  kLutPercent,
  kFfPercent,
  kDspPercent,
  kBramPercent,
  kQuantityCount
};

/// kQuantityCount of them: what the backend estimates and what it reads from reports.
const std::vector<quantity> &all_quantities();

}  // namespace nac::hls

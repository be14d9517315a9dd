// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>

#include "nac/cpp/compress.hpp"

namespace nac::compressing {

enum class criterion { lamp, magnitude };
enum class structure { none, channel, blocks };

struct prune_options {
  double fraction = 0.2;  ///< of the surviving weights, removed per iteration
  int64_t iterations = 20;
  uint32_t epochs = 10;
  bool layer_wise = false;
  criterion score = criterion::lamp;
  structure shape = structure::none;
  int64_t kept = 0, block = 0;  ///< "2:4": 2 of each 4 inputs are kept
  rewind from = rewind::learning_rate;
  bool guards = true;
  double tolerance = 0.25;
  int64_t stop_after = 2;  ///< 0: never

  uint64_t fingerprint() const;
};

/// Throws NAC_INVALID_ARGUMENT saying which parameter is wrong and what is accepted.
prune_options prune_options_from(const config &c);

}  // namespace nac::compressing

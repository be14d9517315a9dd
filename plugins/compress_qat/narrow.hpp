// SPDX-License-Identifier: Apache-2.0
//
// narrow.hpp: greedy mixed precision: which quantizer loses a bit next.
#pragma once
#include <string>

#include "compress_qat/options.hpp"
#include "nac/cpp/graph_view.hpp"
#include "nac/cpp/observer.hpp"

namespace nac::compressing {

/// Takes one bit from the quantizer where that saves most bit operations for the error it costs, measured without
/// training; its range stays. Only changes that leave the error at most `highest_error` count. Returns what was
/// changed, for the log; "" when nothing can be.
std::string narrow_one(graph_view &graph, const observer &watch, double highest_error, bool per_channel);

}  // namespace nac::compressing

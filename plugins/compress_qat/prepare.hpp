// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "compress_common/network.hpp"

namespace nac::compressing {

/// Makes every operator between layers exact on integers, with a log line for each change: slopes of LeakyRelu become
/// the nearest power of two (in the logarithm); a mean over a number of values that is no power of two becomes a sum,
/// and the weights of the layers that read it are divided by the number. Throws NAC_UNSUPPORTED naming the node where
/// that cannot be done.
void make_exact(graph_view &graph);

}  // namespace nac::compressing

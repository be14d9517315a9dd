// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <vector>

namespace nac::fw {

/// The order in which an epoch (from 1) visits `count` samples: a shuffle that depends on these three numbers alone, so
/// that every engine sees the same batches. Batch b of size s is order[b * s] to order[b * s + s - 1]; the last may be
/// smaller.
std::vector<int64_t> epoch_order(uint64_t seed, int epoch, int64_t count);

}  // namespace nac::fw

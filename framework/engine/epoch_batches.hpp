// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

#include "engine/order.hpp"
#include "graph/samples.hpp"

namespace nac::fw {

/// The batches of one epoch, in the order of order.hpp. The last may be smaller.
struct EpochBatches {
  EpochBatches(uint64_t seed, int epoch_number, std::shared_ptr<const Samples> of_epoch, int64_t wanted_size)
      : epoch(epoch_number),
        samples(std::move(of_epoch)),
        batch_size(std::min(wanted_size, samples->count())),
        order(epoch_order(seed, epoch, samples->count())) {}

  int64_t count() const { return (samples->count() + batch_size - 1) / batch_size; }
  int64_t size(int64_t batch) const { return std::min(batch_size, samples->count() - batch * batch_size); }
  /// size(batch) rows of `samples`.
  const int64_t *rows(int64_t batch) const { return order.data() + batch * batch_size; }

  int epoch;
  std::shared_ptr<const Samples> samples;  ///< the same object as in the epoch before when nothing changed
  int64_t batch_size;                      ///< never more than there are samples
  std::vector<int64_t> order;              ///< rows of `samples`, each once
};

}  // namespace nac::fw

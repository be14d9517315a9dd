// SPDX-License-Identifier: Apache-2.0
#include "engine/order.hpp"

#include <numeric>

#include "nac/cpp/rng.hpp"

namespace nac::fw {
namespace {

constexpr uint64_t kShuffle = 0x73687566;  ///< keeps this stream apart from others of the same seed

}  // namespace

std::vector<int64_t> epoch_order(uint64_t seed, int epoch, int64_t count) {
  std::vector<int64_t> order(static_cast<std::size_t>(count));
  std::iota(order.begin(), order.end(), int64_t{0});
  nac::rng(nac::stream_key(seed, static_cast<uint64_t>(epoch), kShuffle)).shuffle(order);
  return order;
}

}  // namespace nac::fw

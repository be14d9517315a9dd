// SPDX-License-Identifier: Apache-2.0
#include "bragg/dataset.hpp"

#include "nac/cpp/error.hpp"
#include "nac/cpp/rng.hpp"

namespace nac::bragg {

split_id split_of(const std::string &name) {
  for (std::size_t s = 0; s < kSplitNames.size(); ++s)
    if (name == kSplitNames[s]) return static_cast<split_id>(s);
  throw failure(NAC_NOT_FOUND, "there is no split '" + name + "'; there are train, validation and test");
}

double group_position(uint64_t seed, uint64_t file_key, int64_t group) {
  return rng(stream_key(seed, file_key, static_cast<uint64_t>(group))).uniform();
}

split_id draw_split(const split_options &options, uint64_t file_key, int64_t group) {
  const double at = group_position(options.seed, file_key, group);
  if (at < options.test_fraction) return kTest;
  return at < options.test_fraction + options.validation_fraction ? kValidation : kTrain;
}

}  // namespace nac::bragg

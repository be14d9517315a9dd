// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "architecture.hpp"

namespace jets {

struct Preset {
  std::string name, summary;
  DeepSet net;
  int64_t parameters;  ///< as published (feature normalization), checked by the tests
};

/// Networks with a name: Tables 3 and 6 of the NAC paper and their baselines. Table 6 does not say how the sets are
/// aggregated; the authors' compression script takes the mean for every one of its deep sets, and so do we.
const std::vector<Preset> &presets();

/// Null when there is no preset of that name. Names are compared exactly.
const Preset *find_preset(const std::string &name);

}  // namespace jets

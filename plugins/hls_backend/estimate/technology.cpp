// SPDX-License-Identifier: Apache-2.0
#include "hls_backend/estimate/technology.hpp"

#include <algorithm>
#include <cmath>

namespace nac::hls {

int technology::adds_per_clock() const { return std::max(1, static_cast<int>(std::floor(usable_ns / add_ns))); }

technology technology_of(const std::string &part, double clock_ns, double uncertainty_share) {
  technology t;
  t.clock_ns = clock_ns;
  t.usable_ns = clock_ns * (1 - uncertainty_share);
  // Series 7 parts are spelled xc7..., or 7a... in logic-synthesis reports.
  const bool old = part.rfind("xc7", 0) == 0 || part.rfind("7", 0) == 0;
  if (old) {
    t.modern = false;
    t.add_ns = 2.2;
    t.multiply_ns = 4.1;
  }
  return t;
}

}  // namespace nac::hls

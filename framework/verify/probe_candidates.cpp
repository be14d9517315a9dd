// SPDX-License-Identifier: Apache-2.0
#include "verify/probe_candidates.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "nac/cpp/rng.hpp"
#include "verify/search_object.hpp"

namespace nac::fw::verify {

namespace {
constexpr uint32_t kLayers = 2;  // dimension "layers" of mixed_space()
constexpr double kMostLayers = 5;
}  // namespace

bool ProbeCandidates::feasible(const Point &point) { return point.get(kLayers) <= kMostLayers; }

std::string ProbeCandidates::misuse() const {
  const std::lock_guard lock(mutex_);
  return misuse_;
}

Candidates::Answer ProbeCandidates::evaluate(const std::vector<double> &values) const {
  Point point(space_);
  try {
    if (values.size() != space_.dimensions().size())
      throw Error(fmt::format("{} values for {} dimensions", values.size(), space_.dimensions().size()));
    for (uint32_t i = 0; i < values.size(); ++i)
      if (point.active(i)) point.set(i, values[i]);
    point.finish();
  } catch (const Error &e) {
    const std::lock_guard lock(mutex_);
    if (misuse_.empty()) misuse_ = e.what();
    throw Error(e.what(), NAC_INVALID_ARGUMENT);
  }
  if (!feasible(point)) throw Error("too many layers", NAC_INFEASIBLE);
  uint64_t high = 1, low = 2;
  for (const char c : point.canonical()) {
    high = nac::mix64(high ^ static_cast<unsigned char>(c));
    low = nac::mix64(low + static_cast<unsigned char>(c));
  }
  return {{std::numeric_limits<double>::quiet_NaN(), objectives_of(point)[1]}, {high, low}};
}

}  // namespace nac::fw::verify

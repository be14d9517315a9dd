// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "nac/candidates.h"

namespace nac::fw {

/// What answers nac.candidates/1. Members may be called from several threads at a time.
class Candidates {
 public:
  struct Answer {
    std::vector<double> objectives;  ///< to be minimized; NaN where not exact
    std::array<uint64_t, 2> identity{};
  };
  virtual ~Candidates() = default;
  virtual uint32_t objective_count() const = 0;
  virtual uint64_t exact() const = 0;  ///< bit k: objective k is exact
  /// `values`: one per dimension; those of inactive dimensions are not read. Throws Error: NAC_INFEASIBLE for what
  /// would end without training, NAC_INVALID_ARGUMENT for what is no point of the space.
  virtual Answer evaluate(const std::vector<double> &values) const = 0;
};

const nac_candidates_service &candidates_service();
inline const nac_candidates *to_abi(const Candidates *candidates) {
  return reinterpret_cast<const nac_candidates *>(candidates);
}

}  // namespace nac::fw

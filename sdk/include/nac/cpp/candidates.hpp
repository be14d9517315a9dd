// SPDX-License-Identifier: Apache-2.0
//
// candidates.hpp: asking the host for what it knows of a candidate before training (nac/candidates.h).
#pragma once
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include "../candidates.h"
#include "host.hpp"

namespace nac {

/// What follows from a candidate's network alone.
struct candidate {
  bool feasible = false;               ///< false: a trial of it would end as infeasible without training
  std::vector<double> objectives;      ///< to be minimized; NaN where only training tells; empty unless feasible
  std::array<uint64_t, 2> identity{};  ///< equal: the same network
};

/// Abstract, so that a search can be tested without a host.
class candidate_source {
 public:
  virtual ~candidate_source() = default;
  /// Bit k: objective k is exact.
  virtual uint64_t exact() const = 0;
  /// The answer for a genome (one value per dimension; inactive ones are not read). Throws failure for a genome outside
  /// the space and when the host could not measure it.
  virtual candidate evaluate(const std::vector<double> &genome) const = 0;
};

/// The host's answers.
class host_candidates : public candidate_source {
 public:
  host_candidates(const nac_candidates *raw, const nac_candidates_service &service, uint32_t objectives)
      : raw_(raw), service_(service), objectives_(objectives) {}

  uint64_t exact() const override { return service_.exact(raw_); }
  candidate evaluate(const std::vector<double> &genome) const override {
    candidate c;
    c.objectives.assign(objectives_, std::nan(""));
    nac_error err = empty_error();
    const nac_status status = service_.evaluate(raw_, genome.data(), static_cast<uint32_t>(genome.size()),
                                                c.objectives.data(), objectives_, c.identity.data(), &err);
    if (status == NAC_INFEASIBLE) return {};
    check(status, err);
    c.feasible = true;
    return c;
  }

 private:
  const nac_candidates *raw_;
  const nac_candidates_service &service_;
  uint32_t objectives_;
};

}  // namespace nac

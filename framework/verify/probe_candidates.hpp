// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <mutex>
#include <string>

#include "services/candidates.hpp"
#include "services/space.hpp"

namespace nac::fw::verify {

/// Answers for points of mixed_space(): the second objective is exact, many layers cannot be built. Notes questions
/// that no search may ask.
class ProbeCandidates final : public Candidates {
 public:
  explicit ProbeCandidates(const Space &space) : space_(space) {}
  uint32_t objective_count() const override { return 2; }
  uint64_t exact() const override { return 2; }
  Answer evaluate(const std::vector<double> &values) const override;

  static bool feasible(const Point &point);
  /// The first question that was no point of the space; "" if none.
  std::string misuse() const;

 private:
  const Space &space_;
  mutable std::mutex mutex_;
  mutable std::string misuse_;
};

}  // namespace nac::fw::verify

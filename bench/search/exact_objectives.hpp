// SPDX-License-Identifier: Apache-2.0
//
// exact_objectives.hpp: what the host would tell of a candidate before training, for problems that stand for trainings.
#pragma once
#include <bit>
#include <cmath>

#include "host_space.hpp"
#include "nac/cpp/rng.hpp"
#include "replay.hpp"
#include "services/candidates.hpp"

namespace nac::bench {

class ExactObjectives final : public fw::Candidates {
 public:
  /// `projection`: of a replay, else nullptr; a candidate is then the nearest trial of the log.
  ExactObjectives(const problem &what, const fw::Space &space, const Projection *projection)
      : what_(what), space_(space), projection_(projection) {}

  uint32_t objective_count() const override { return static_cast<uint32_t>(what_.objectives); }
  uint64_t exact() const override { return what_.exact; }
  Answer evaluate(const std::vector<double> &values) const override {
    std::vector<double> genome = genome_of(point_of(space_, values));
    Answer answer;
    if (projection_ != nullptr) {
      const logged_trial &logged = projection_->nearest(genome);
      genome = logged.genome;
      answer.objectives = logged.objectives;
    } else {
      answer.objectives = what_.evaluate(genome);
    }
    for (std::size_t k = 0; k < answer.objectives.size(); ++k)
      if ((what_.exact >> k & 1u) == 0) answer.objectives[k] = std::nan("");
    for (const double v : genome) {
      const uint64_t bits = std::isnan(v) ? ~uint64_t{0} : std::bit_cast<uint64_t>(v);
      answer.identity = {stream_key(answer.identity[0], bits, 1), stream_key(answer.identity[1], bits, 2)};
    }
    return answer;
  }

 private:
  const problem &what_;
  const fw::Space &space_;
  const Projection *projection_;
};

}  // namespace nac::bench

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <vector>

#include "pipeline/fidelity/rule.hpp"

namespace nac::fw {

/// Takes the decisions at the rungs so that they depend on results alone, not on timing or workers: that of a trial is
/// taken when every lower-numbered trial has reached the same rung or has ended, among all of these that reached it.
/// The lowest-numbered trial that has not ended waits for nobody, so something can always go on.
class RungGate {
 public:
  /// Trials below `exempt` (presets) always go on; they count for the others.
  RungGate(FidelityRule rule, int rungs, uint64_t exempt);

  /// The trial has reached the rung (from 1). `decided`: in an earlier process.
  void reach(uint64_t trial, int rung, const Objectives &values, bool decided = false);
  /// The trial reaches no further rung, whatever the reason.
  void end(uint64_t trial);

  struct Decision {
    uint64_t trial = 0;
    int rung = 0;
    Verdict verdict;
  };
  /// The decisions that can be taken now, each only once, by rung and trial. Somebody who is stopped must be ended,
  /// which may free further ones.
  std::vector<Decision> take();

 private:
  struct Member {
    bool ended = false;
    int reached = 0, decided = 0;     ///< rungs
    std::vector<Objectives> at_rung;  ///< of each rung reached
  };
  Member &member(uint64_t trial);
  Verdict judge(uint64_t trial, int rung) const;

  const FidelityRule rule_;
  const uint64_t exempt_;
  std::vector<Member> members_;      ///< by number
  std::vector<std::size_t> passed_;  ///< of each rung: all lower-numbered have reached it or have ended
};

}  // namespace nac::fw

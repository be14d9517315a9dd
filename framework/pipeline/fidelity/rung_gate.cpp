// SPDX-License-Identifier: Apache-2.0
#include "pipeline/fidelity/rung_gate.hpp"

#include "base/error.hpp"

namespace nac::fw {

RungGate::RungGate(FidelityRule rule, int rungs, uint64_t exempt)
    : rule_(std::move(rule)), exempt_(exempt), passed_(static_cast<std::size_t>(rungs), 0) {}

RungGate::Member &RungGate::member(uint64_t trial) {
  if (trial >= members_.size()) members_.resize(trial + 1);
  return members_[trial];
}

void RungGate::reach(uint64_t trial, int rung, const Objectives &values, bool decided) {
  Member &m = member(trial);
  if (rung != m.reached + 1 || static_cast<std::size_t>(rung) > passed_.size())
    throw Error("trial " + std::to_string(trial) + " is at rung " + std::to_string(rung) + " after rung " +
                std::to_string(m.reached) + " of " + std::to_string(passed_.size()));
  m.reached = rung;
  m.at_rung.push_back(values);
  if (decided) m.decided = rung;
}

void RungGate::end(uint64_t trial) { member(trial).ended = true; }

Verdict RungGate::judge(uint64_t trial, int rung) const {
  if (trial < exempt_) return {true, "presets are trained to the end"};
  const auto index = static_cast<std::size_t>(rung - 1);
  std::vector<Objectives> earlier;
  for (uint64_t m = 0; m < trial; ++m)
    if (members_[m].reached >= rung) earlier.push_back(members_[m].at_rung[index]);
  return rule_.judge(earlier, members_[trial].at_rung[index]);
}

std::vector<RungGate::Decision> RungGate::take() {
  std::vector<Decision> decisions;
  for (std::size_t r = 0; r < passed_.size(); ++r) {
    const int rung = static_cast<int>(r) + 1;
    // Everybody up to and including passed_[r] knows who came before.
    for (std::size_t &n = passed_[r]; n < members_.size(); ++n) {
      Member &m = members_[n];
      if (m.reached < rung && !m.ended) break;
      if (m.reached < rung || m.decided >= rung || m.ended) continue;
      decisions.push_back({n, rung, judge(n, rung)});
      m.decided = rung;
    }
  }
  return decisions;
}

}  // namespace nac::fw

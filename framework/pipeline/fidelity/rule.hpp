// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "engine/fidelity.hpp"
#include "study/pareto.hpp"
#include "study/quantity.hpp"

namespace nac::fw {

struct Verdict {
  bool go_on = true;
  std::string note;  ///< why, in words: "rank 7 of 12 in its cost class"
};

/// Who goes on at a rung. A trial is compared only with trials of its cost class, half a decade of the first objective
/// that is known without training, so that small networks are not ended by large ones; without such an objective there
/// is one class. As long as fewer than eta of a class are there, all go on. With asha a trial that no earlier one of
/// any class dominates at the rung always goes on.
class FidelityRule {
 public:
  FidelityRule(const Fidelity &fidelity, const std::vector<Quantity> &objectives);

  /// Of the trial with objectives `own` at a rung; `earlier`: those of earlier trials there, in the order of numbers.
  Verdict judge(const std::vector<Objectives> &earlier, const Objectives &own) const;

 private:
  Verdict by_rank(std::vector<Objectives> peers, const Objectives &own) const;
  Verdict by_median(const std::vector<Objectives> &peers, const Objectives &own) const;
  int cost_class(const Objectives &values) const;

  Fidelity fidelity_;
  std::optional<std::size_t> cost_;  ///< which objective the classes are of
  std::size_t metric_ = 0;           ///< the first that is trained
  std::string name_;                 ///< of the metric
  int direction_ = -1;
};

/// Which half decade a cost lies in: 0 below 1, 1 from 1 to below the root of 10, 2 from there to below 10, ...
int half_decade(double cost);

}  // namespace nac::fw

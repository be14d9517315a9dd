// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

namespace nac::fw {

/// How trainings that promise little are ended early. `none`: not at all. `asha`: at each rung only the better 1/eta of
/// a trial's cost class goes on, and whom nobody dominates. `median`: who is worse than the median of the earlier
/// trials does not.
enum class FidelityKind { none, asha, median };

struct Fidelity {
  FidelityKind kind = FidelityKind::none;
  int eta = 3;         ///< from rung to rung the epochs grow by this factor
  double grace = 0.1;  ///< share of the epochs that every trial gets
};

const char *name_of(FidelityKind kind);
bool parse(const std::string &text, FidelityKind &out);
const std::vector<std::string> &fidelity_names();

/// Epochs of the rungs, ascending: ceil(grace * epochs), and eta times as many from one to the next, all below
/// `epochs`. Empty for `none`.
std::vector<int> rung_epochs(const Fidelity &fidelity, int epochs);

}  // namespace nac::fw

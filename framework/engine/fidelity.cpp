// SPDX-License-Identifier: Apache-2.0
#include "engine/fidelity.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace nac::fw {

const std::vector<std::string> &fidelity_names() {
  static const std::vector<std::string> names{"none", "asha", "median"};  // in the order of FidelityKind
  return names;
}

const char *name_of(FidelityKind kind) { return fidelity_names()[static_cast<std::size_t>(kind)].c_str(); }

bool parse(const std::string &text, FidelityKind &out) {
  const auto at = std::find(fidelity_names().begin(), fidelity_names().end(), text);
  if (at == fidelity_names().end()) return false;
  out = static_cast<FidelityKind>(at - fidelity_names().begin());
  return true;
}

std::vector<int> rung_epochs(const Fidelity &fidelity, int epochs) {
  std::vector<int> rungs;
  if (fidelity.kind == FidelityKind::none) return rungs;
  // 0.1 * 30 may come out a little above 3.
  const int first = std::max(1, static_cast<int>(std::ceil(fidelity.grace * epochs - 1e-9)));
  for (int64_t epoch = first; epoch < epochs; epoch *= fidelity.eta) rungs.push_back(static_cast<int>(epoch));
  return rungs;
}

}  // namespace nac::fw

// SPDX-License-Identifier: Apache-2.0
//
// pick.hpp: one candidate from the models: children of good results compared by what they are expected to add.
#pragma once
#include <functional>
#include <optional>

#include "axes.hpp"
#include "front.hpp"
#include "screen.hpp"
#include "surrogate.hpp"

namespace nac::searching {

/// What the choice is made from.
struct pick_inputs {
  const space_model &space;
  const kernel &code;
  const screen &known_before;          ///< what the host tells of a candidate
  const std::vector<genome> &genomes;  ///< of the results
  const std::vector<uint32_t> &ranks;  ///< of the results, by dominance
  const axes &scale;
  const front &results;                  ///< on the axes, with the believed values of what is outstanding
  const std::vector<surrogate> &models;  ///< one per objective, of those that are not exact
  /// Whether a candidate was proposed before or is a network that was.
  const std::function<bool(const genome &, const screened &)> &tried;
  std::size_t candidates = 300;
};

/// Empty when no new feasible candidate was found around the results.
std::optional<genome> pick(const pick_inputs &in, rng &r);

}  // namespace nac::searching

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "pipeline/local/training.hpp"
#include "pipeline/local/unit_state.hpp"
#include "study/study.hpp"

namespace nac::fw {

/// The recipe of a unit: its own number of epochs; with Rewind::none a constant tenth of the rate.
Recipe unit_recipe(Recipe recipe, const UnitState &unit);
/// What the first training of a chain keeps for Rewind::weights: ceil(5 % of the epochs).
int early_epoch(int epochs);
/// The model as its training begins: with weights from early in the chain where that is asked for and there are any.
Graph unit_start(const Study &study, Graph model, const UnitState &unit);

/// What is reported of a model: metrics by name, "bops", "parameters", "macs", "sparsity", "weight_bits",
/// "activation_bits"; and its deployed form.
struct Measurement {
  std::vector<double> task;  ///< in its order
  std::map<std::string, double> metrics;
  Graph deployed;
};
Measurement measure(const LocalContext &context, const Graph &model);

}  // namespace nac::fw

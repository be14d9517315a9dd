// SPDX-License-Identifier: Apache-2.0
#include "torch/refit.hpp"

#include "fixed/fold.hpp"

namespace nac::fw::libtorch {

void refit_scales(const Graph &graph, State &state) {
  Graph current = graph;
  for (auto &[name, tensor] : state.weights()) current.set_data(current.find(name), tensor);
  fit_weight_scales(current);
  state.set_statistics(current);
}

}  // namespace nac::fw::libtorch

// SPDX-License-Identifier: Apache-2.0
#include "torch/refit.hpp"

#include "fixed/training/refit.hpp"

namespace nac::fw::libtorch {

void refit_scales(const Graph &graph, State &state) {
  state.set_statistics(with_refitted_scales(graph, state.weights()));
}

}  // namespace nac::fw::libtorch

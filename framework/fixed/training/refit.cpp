// SPDX-License-Identifier: Apache-2.0
#include "fixed/training/refit.hpp"

#include "fixed/fold.hpp"

namespace nac::fw {

Graph with_refitted_scales(const Graph &graph, const std::map<std::string, Tensor> &weights) {
  Graph current = graph;
  for (const auto &[name, tensor] : weights) current.set_data(current.find(name), tensor);
  fit_weight_scales(current);
  return current;
}

}  // namespace nac::fw

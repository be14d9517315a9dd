// SPDX-License-Identifier: Apache-2.0
#include "pipeline/hardware/costs.hpp"

#include "pipeline/hardware/parameters.hpp"

namespace nac::fw {

std::map<std::string, double> HardwareCosts::measure(const Graph &model, const std::string &point) const {
  try {
    const std::unique_ptr<BackendPort> backend = make_(parameters_at(stage_, point));
    const std::vector<double> values = backend->estimate(hardware_graph(model));
    std::map<std::string, double> costs;
    for (std::size_t i = 0; i < values.size(); ++i) costs[stage_.prefix + backend->quantities().at(i).name] = values[i];
    return costs;
  } catch (const Infeasible &) {
    throw;
  } catch (const Error &e) {
    if (e.status() == NAC_INFEASIBLE) throw Infeasible(e.what());
    throw;
  }
}

void HardwareCosts::check_shapes(Graph untrained, const std::string &point) const {
  initialize(untrained, 1);  // any weights do
  measure(untrained, point);
}

}  // namespace nac::fw

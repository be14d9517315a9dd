// SPDX-License-Identifier: Apache-2.0
#include "pipeline/hardware/parameters.hpp"

#include "fixed/deploy.hpp"

namespace nac::fw {

SearchedParameters searched_of(const HardwareStage &stage) {
  return {stage.backend, stage.searched, stage.prefix, "hardware.search"};
}

std::map<std::string, ConfigValue> parameters_at(const HardwareStage &stage, const std::string &point) {
  return parameters_at(searched_of(stage), point);
}

Graph hardware_graph(const Graph &model) {
  const Graph deployed = deploy(model);
  return is_quantized(deployed) ? remove_dead_units(deployed) : deployed;
}

}  // namespace nac::fw

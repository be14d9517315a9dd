// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "../fixed/quantized_net.hpp"
#include "fused/state.hpp"

namespace nac::fw::fused::testing {

/// All parameters of a graph, those that PowerOfTwo reads last.
inline std::vector<ValueId> parameters_of(const Graph &graph) {
  std::vector<ValueId> weights, exponents;
  for (const ValueId id : graph.values()) {
    if (graph.value(id).kind != ValueKind::parameter) continue;
    bool exponent = false;
    for (const NodeId user : graph.users(id)) exponent = exponent || graph.node(user).op == "PowerOfTwo";
    (exponent ? exponents : weights).push_back(id);
  }
  weights.insert(weights.end(), exponents.begin(), exponents.end());
  return weights;
}

inline std::vector<float> random_values(nac::fw::testing::QuantizedNet &net, std::size_t count, float range = 1) {
  std::vector<float> values(count);
  for (float &v : values) v = net.uniform(-range, range);
  return values;
}

/// Gradient of `loss` of the value in double precision at one element, by central differences.
template <class Loss>
double difference(float *element, float step, Loss &&loss) {
  const float kept = *element;
  *element = kept + step;
  const double above = loss(), up = static_cast<double>(*element);
  *element = kept - step;
  const double below = loss(), down = static_cast<double>(*element);
  *element = kept;
  return (above - below) / (up - down);
}

}  // namespace nac::fw::fused::testing

// SPDX-License-Identifier: Apache-2.0
#include "study/quantity.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "study/pareto.hpp"

namespace nac::fw {

std::string to_json(const std::vector<Quantity> &quantities) {
  nlohmann::json array = nlohmann::json::array();
  for (const Quantity &q : quantities)
    array.push_back({{"name", q.name}, {"unit", q.unit}, {"direction", q.direction}, {"free", q.free}});
  return array.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::vector<Quantity> quantities_from_json(const std::string &json) {
  try {
    std::vector<Quantity> quantities;
    for (const nlohmann::json &q : nlohmann::json::parse(json))
      quantities.push_back({q.at("name"), q.at("unit"), q.at("direction"), q.at("free")});
    return quantities;
  } catch (const nlohmann::json::exception &e) {
    throw Error(std::string("the quantities stored in the study cannot be read: ") + e.what(), NAC_DATA_LOSS);
  }
}

std::vector<double> minimized(const std::vector<Quantity> &objectives, const std::map<std::string, double> &metrics) {
  std::vector<double> values;
  for (const Quantity &q : objectives) {
    const auto at = metrics.find(q.name);
    if (at == metrics.end()) throw Error(fmt::format("objective '{}' was not measured", q.name));
    if (!std::isfinite(at->second)) throw Error(fmt::format("objective '{}' is {}, not finite", q.name, at->second));
    values.push_back(q.direction > 0 ? -at->second : at->second);
  }
  return values;
}

std::string broken_constraint(const std::vector<Constraint> &constraints,
                              const std::map<std::string, double> &metrics) {
  for (const Constraint &c : constraints) {
    const auto at = metrics.find(c.name);
    if (at == metrics.end()) continue;
    // Written so that a value that is not a number breaks the constraint.
    const bool holds = c.at_most ? at->second <= c.limit : at->second >= c.limit;
    if (!holds) return fmt::format("{} is {}, the constraint is {}", c.name, at->second, c.text);
  }
  return {};
}

std::string to_json(const std::vector<Constraint> &constraints) {
  nlohmann::json array = nlohmann::json::array();
  for (const Constraint &c : constraints)
    array.push_back({{"name", c.name}, {"at_most", c.at_most}, {"limit", c.limit}, {"text", c.text}});
  return array.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::vector<Constraint> constraints_from_json(const std::string &json) {
  try {
    std::vector<Constraint> constraints;
    for (const nlohmann::json &c : nlohmann::json::parse(json))
      constraints.push_back({c.at("name"), c.at("at_most"), c.at("limit"), c.at("text")});
    return constraints;
  } catch (const nlohmann::json::exception &e) {
    throw Error(std::string("the constraints stored in the study cannot be read: ") + e.what(), NAC_DATA_LOSS);
  }
}

std::vector<uint64_t> front_of(const std::vector<Trial> &trials) {
  std::vector<Objectives> points;
  std::vector<uint64_t> numbers;
  for (const Trial &t : trials)
    if (t.measured() && t.feasible) {
      points.push_back(t.objectives);
      numbers.push_back(t.number);
    }
  std::vector<uint64_t> front;
  for (const std::size_t i : pareto_front(points)) front.push_back(numbers[i]);
  return front;
}

}  // namespace nac::fw

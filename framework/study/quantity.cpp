// SPDX-License-Identifier: Apache-2.0
#include "study/quantity.hpp"

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

std::vector<uint64_t> front_of(const std::vector<Trial> &trials) {
  std::vector<Objectives> points;
  std::vector<uint64_t> numbers;
  for (const Trial &t : trials)
    if (t.state == TrialState::complete && t.feasible) {
      points.push_back(t.objectives);
      numbers.push_back(t.number);
    }
  std::vector<uint64_t> front;
  for (const std::size_t i : pareto_front(points)) front.push_back(numbers[i]);
  return front;
}

}  // namespace nac::fw

// SPDX-License-Identifier: Apache-2.0
#include "pipeline/searched_parameters.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "graph/canonical_hash.hpp"
#include "services/sha256.hpp"

namespace nac::fw {
namespace {

using nlohmann::json;

std::optional<double> number_of(const ConfigValue &value) {
  if (const auto *whole = std::get_if<int64_t>(&value)) return static_cast<double>(*whole);
  if (const auto *real = std::get_if<double>(&value)) return *real;
  return std::nullopt;
}

std::string choice_of(const ConfigValue &value) {
  const auto *text = std::get_if<std::string>(&value);
  return text != nullptr ? *text : to_toml(value);
}

bool stands_for(const json &at, const ConfigValue &value) {
  if (const auto number = number_of(value)) return at.is_number() && at.get<double>() == *number;
  return at.is_string() && at.get<std::string>() == choice_of(value);
}

}  // namespace

void add_dimensions(const SearchedParameters &searched, Space &space) {
  for (const auto &[name, values] : searched.values) {
    if (number_of(values.front())) {
      std::vector<double> numbers;
      for (const ConfigValue &v : values) numbers.push_back(*number_of(v));
      space.add_ordered(searched.prefix + name, numbers);
    } else {
      std::vector<std::string> names;
      for (const ConfigValue &v : values) names.push_back(choice_of(v));
      space.add_choice(searched.prefix + name, names);
    }
  }
}

std::map<std::string, ConfigValue> parameters_at(const SearchedParameters &searched, const std::string &point) {
  std::map<std::string, ConfigValue> parameters = searched.choice.parameters;
  const json values = point.empty() ? json::object() : json::parse(point);
  for (const auto &[name, choices] : searched.values) {
    const auto at = values.find(searched.prefix + name);
    if (at == values.end()) continue;
    bool found = false;
    for (const ConfigValue &choice : choices)
      if (stands_for(*at, choice)) {
        parameters[name] = choice;
        found = true;
      }
    if (!found)
      throw Error(fmt::format("the point {} has {} for '{}', which is no value of [{}]", point, at->dump(),
                              searched.prefix + name, searched.table),
                  NAC_FAILED_PRECONDITION);
  }
  return parameters;
}

std::string candidate_hash(const Graph &graph, const SearchStage &stage, const std::string &point) {
  std::string hash = canonical_hash(graph);
  if (stage.added_dimensions.empty() || point.empty()) return hash;
  const json values = json::parse(point);
  for (const std::string &name : stage.added_dimensions)
    hash += fmt::format("\n{}={}", name, values.value(name, json()).dump());
  return sha256_hex(hash);
}

}  // namespace nac::fw

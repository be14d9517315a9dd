// SPDX-License-Identifier: Apache-2.0
#include "manifest/searched_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "services/nearest.hpp"

namespace nac::fw {
namespace {

std::optional<double> number_of(const ConfigValue &value) {
  if (const auto *whole = std::get_if<int64_t>(&value)) return static_cast<double>(*whole);
  if (const auto *real = std::get_if<double>(&value)) return *real;
  return std::nullopt;
}

}  // namespace

const nac_param *param_of(const nac_descriptor &descriptor, const std::string &name) {
  for (uint32_t i = 0; i < descriptor.param_count; ++i)
    if (name == descriptor.params[i]->name) return descriptor.params[i];
  return nullptr;
}

std::optional<ConfigValue> as_numbers(const std::vector<ConfigValue> &values) {
  std::vector<double> numbers;
  for (const ConfigValue &v : values) {
    const auto number = number_of(v);
    if (!number) return std::nullopt;
    numbers.push_back(*number);
  }
  return numbers;
}

bool check_dimension(ManifestDocument &d, const std::string &path, const nac_descriptor &descriptor,
                     const std::string &name, std::vector<ConfigValue> &values) {
  const auto wrong = [&](const std::string &message) {
    d.problem(path, message);
    return false;
  };
  const nac_param *param = param_of(descriptor, name);
  if (param == nullptr) {
    std::vector<std::string> names;
    for (uint32_t i = 0; i < descriptor.param_count; ++i) names.emplace_back(descriptor.params[i]->name);
    return wrong(fmt::format("{} has no parameter '{}' that could be searched{}; it has {}", descriptor.id, name,
                             did_you_mean(name, names), quoted_list(names)));
  }
  if (param->type == NAC_PARAM_NUMBERS || param->type == NAC_PARAM_PATH)
    return wrong(fmt::format("'{}' cannot be searched: only numbers, texts and booleans can", name));
  if (values.empty()) return wrong(fmt::format("'{}' is an empty list: give the values to search among", name));
  std::set<std::string> seen;
  for (const ConfigValue &value : values) {
    for (const Config::Problem &problem : Config::problems(descriptor, {{name, value}}))
      if (problem.key == name) return wrong(problem.message);
    const auto *text = std::get_if<std::string>(&value);
    if (text != nullptr && (text->empty() || text->find(';') != std::string::npos))
      return wrong(
          fmt::format("{} cannot be searched: a text of a search is not empty and has no ';'", to_toml(value)));
    if (!seen.insert(to_toml(value)).second) return wrong(fmt::format("'{}' has {} twice", name, to_toml(value)));
  }
  if (number_of(values.front()))
    std::sort(values.begin(), values.end(),
              [](const ConfigValue &a, const ConfigValue &b) { return *number_of(a) < *number_of(b); });
  return true;
}

}  // namespace nac::fw

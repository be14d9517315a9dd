// SPDX-License-Identifier: Apache-2.0
#include "services/config_json.hpp"

#include <nlohmann/json.hpp>

#include "base/error.hpp"

namespace nac::fw {

std::string to_json(const std::map<std::string, ConfigValue> &values) {
  nlohmann::json out = nlohmann::json::object();
  for (const auto &[key, value] : values) std::visit([&, &k = key](const auto &v) { out[k] = v; }, value);
  return out.dump();
}

std::map<std::string, ConfigValue> config_from_json(const std::string &json, const std::string &source) {
  std::map<std::string, ConfigValue> values;
  if (json.empty()) return values;
  try {
    const nlohmann::json parsed = nlohmann::json::parse(json);
    for (const auto &[key, value] : parsed.get<nlohmann::json::object_t>()) {
      if (value.is_boolean())
        values[key] = value.get<bool>();
      else if (value.is_number_integer())
        values[key] = value.get<int64_t>();
      else if (value.is_number())
        values[key] = value.get<double>();
      else if (value.is_string())
        values[key] = value.get<std::string>();
      else
        values[key] = value.get<std::vector<double>>();
    }
  } catch (const nlohmann::json::exception &e) {
    throw Error(source + ": the stored parameters are damaged: " + e.what(), NAC_DATA_LOSS);
  }
  return values;
}

}  // namespace nac::fw

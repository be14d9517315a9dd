// SPDX-License-Identifier: Apache-2.0
#include "study/published.hpp"

#include <nlohmann/json.hpp>

#include "base/error.hpp"

namespace nac::fw {

std::string to_json(const std::vector<PublishedRow> &rows) {
  nlohmann::json array = nlohmann::json::array();
  for (const PublishedRow &row : rows) {
    nlohmann::json values = nlohmann::json::array();
    for (const PublishedValue &v : row.values) values.push_back({v.quantity, v.low, v.high});
    array.push_back({{"network", row.network}, {"source", row.source}, {"name", row.name}, {"values", values}});
  }
  return array.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::vector<PublishedRow> published_from_json(const std::string &json) {
  try {
    std::vector<PublishedRow> rows;
    for (const nlohmann::json &entry : nlohmann::json::parse(json)) {
      PublishedRow row{entry.at("network"), entry.at("source"), entry.at("name"), {}};
      for (const nlohmann::json &v : entry.at("values")) row.values.push_back({v.at(0), v.at(1), v.at(2)});
      rows.push_back(std::move(row));
    }
    return rows;
  } catch (const nlohmann::json::exception &e) {
    throw Error(std::string("the published figures stored in the study cannot be read: ") + e.what(), NAC_DATA_LOSS);
  }
}

}  // namespace nac::fw

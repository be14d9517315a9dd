// SPDX-License-Identifier: Apache-2.0
#include "pipeline/hardware/record.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/version.hpp"
#include "pipeline/hardware/project_folder.hpp"
#include "services/files.hpp"

namespace nac::fw {
namespace {

using nlohmann::ordered_json;

ordered_json number(double value) { return std::isfinite(value) ? ordered_json(value) : ordered_json(nullptr); }

double number(const ordered_json &entry, const char *key) {
  const ordered_json &value = entry.at(key);
  return value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>();
}

}  // namespace

std::string record_text(const Study::HardwareRow &row) {
  ordered_json out{{"nac", kVersion},
                   {"name", row.name},
                   {"network", row.network},
                   {"backend", row.backend},
                   {"parameters", ordered_json::parse(row.parameters)},
                   {"model_sha256", row.model},
                   {"vectors", row.vectors},
                   {"differences", row.differences},
                   {"quantities", ordered_json::array()}};
  for (const Study::HardwareValue &v : row.values)
    out["quantities"].push_back({{"name", v.quantity},
                                 {"unit", v.unit},
                                 {"estimate", number(v.estimate)},
                                 {"low", number(v.low)},
                                 {"high", number(v.high)},
                                 {"report", number(v.report)}});
  return out.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

std::optional<Study::HardwareRow> read_record(const std::filesystem::path &folder) {
  const std::filesystem::path file = folder / kProjectRecord;
  std::error_code code;
  if (!std::filesystem::exists(file, code)) return std::nullopt;
  try {
    const ordered_json j = ordered_json::parse(read_file(file));
    Study::HardwareRow row;
    row.name = j.at("name").get<std::string>();
    row.network = j.at("network").get<std::string>();
    row.backend = j.at("backend").get<std::string>();
    row.parameters = nlohmann::json::parse(j.at("parameters").dump()).dump();
    row.model = j.at("model_sha256").get<std::string>();
    row.vectors = j.at("vectors").get<uint64_t>();
    row.differences = j.at("differences").get<uint64_t>();
    for (const ordered_json &q : j.at("quantities"))
      row.values.push_back({q.at("name").get<std::string>(), q.at("unit").get<std::string>(), number(q, "estimate"),
                            number(q, "low"), number(q, "high"), number(q, "report")});
    return row;
  } catch (const ordered_json::exception &e) {
    throw Error(fmt::format("{}: this is no record of a project, or a damaged one: {}", file.string(), e.what()),
                NAC_DATA_LOSS);
  }
}

}  // namespace nac::fw

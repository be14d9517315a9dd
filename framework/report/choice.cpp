// SPDX-License-Identifier: Apache-2.0
#include "report/choice.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "study/summary.hpp"

namespace nac::fw {
namespace {

using nlohmann::json;

const json &member(const json &object, const char *key) {
  static const json nothing;
  const auto at = object.find(key);
  return at == object.end() ? nothing : *at;
}

/// Numbers of an object; those of its member "metrics" count as its own.
void read_values(const json &object, std::map<std::string, double> &values, std::map<std::string, double> *sd) {
  if (!object.is_object()) return;
  for (const auto &[name, value] : object.items()) {
    if (value.is_number()) values[name] = value.get<double>();
    if (name == "metrics") read_values(value, values, sd);
    if (!value.is_array()) continue;
    std::vector<double> list;
    for (const json &v : value)
      if (v.is_number()) list.push_back(v.get<double>());
    if (list.empty()) continue;
    const MeanSd m = mean_sd(list);
    values[name] = m.mean;
    if (sd != nullptr && list.size() > 1) (*sd)[name] = m.sd;
  }
}

std::optional<StepName> read_step(const json &object) {
  const json &trial = member(object, "trial"), &chain = member(object, "chain");
  if (trial.is_null()) return std::nullopt;
  StepName step;
  step.trial = trial.get<uint64_t>();
  if (!chain.is_null()) step.chain = chain.is_string() ? chain.get<std::string>() : chain.dump();
  if (const json &position = member(object, "position"); !position.is_null()) step.position = position.get<int>();
  return step;
}

Choice read(const json &j) {
  Choice c;
  if (const json &rule = member(j, "rule"); !rule.is_null())
    c.rule = rule.is_string() ? rule.get<std::string>() : rule.dump();
  c.step = read_step(j);
  read_values(member(j, "mean"), c.mean, &c.sd);
  read_values(member(j, "sd"), c.sd, nullptr);
  read_values(member(j, "test"), c.test, &c.test_sd);
  read_values(member(j, "test_sd"), c.test_sd, nullptr);
  read_values(member(j, "reference"), c.reference, nullptr);
  if (const json &seeds = member(j, "seeds"); !seeds.is_null())
    c.seeds = seeds.is_array() ? static_cast<int>(seeds.size()) : seeds.get<int>();
  if (const json &tolerance = member(j, "tolerance"); tolerance.is_number()) c.tolerance = tolerance.get<double>();
  if (const json &picks = member(j, "picks"); picks.is_array())
    for (const json &pick : picks)
      if (const auto step = read_step(pick)) c.picks.push_back({pick.value("label", ""), *step});
  return c;
}

}  // namespace

Choice choice_from_json(const std::string &text) {
  try {
    const json j = json::parse(text);
    if (!j.is_object()) throw Error(fmt::format("the choice is {}, not an object", j.type_name()), NAC_DATA_LOSS);
    return read(j);
  } catch (const json::exception &e) {
    throw Error(fmt::format("the choice cannot be read: {}", e.what()), NAC_DATA_LOSS);
  }
}

}  // namespace nac::fw

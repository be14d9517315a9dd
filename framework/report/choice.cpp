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

using Values = std::map<std::string, double>;

/// Numbers of an object; those of its member "metrics" count as its own. Lists go to mean and sd, if there are such.
void read_values(const json &object, Values &values, Values *mean = nullptr, Values *sd = nullptr) {
  if (!object.is_object()) return;
  for (const auto &[name, value] : object.items()) {
    if (value.is_number()) values[name] = value.get<double>();
    if (name == "metrics") read_values(value, values, mean, sd);
    if (!value.is_array() || mean == nullptr) continue;
    std::vector<double> list;
    for (const json &v : value)
      if (v.is_number()) list.push_back(v.get<double>());
    if (list.empty()) continue;
    const MeanSd m = mean_sd(list);
    (*mean)[name] = m.mean;
    if (list.size() > 1) (*sd)[name] = m.sd;
  }
}

std::optional<StepName> read_step(const json &object) {
  if (!object.is_object()) return std::nullopt;
  const json &trial = member(object, "trial"), &chain = member(object, "chain");
  if (trial.is_null()) return std::nullopt;
  StepName step;
  step.trial = trial.get<uint64_t>();
  if (!chain.is_null()) step.chain = chain.is_string() ? chain.get<std::string>() : chain.dump();
  if (const json &position = member(object, "position"); !position.is_null()) step.position = position.get<int>();
  return step;
}

void read_test(const json &test, Choice &c) {
  if (!test.is_object()) return;
  const bool parts = test.contains("pick") || test.contains("mean");
  read_values(parts ? member(test, "pick") : test, c.test, &c.test_mean, &c.test_sd);
  if (!parts) return;
  read_values(member(test, "mean"), c.test_mean);
  read_values(member(test, "sd"), c.test_sd);
}

void read_picks(const json &j, Choice &c) {
  if (const json &labels = member(j, "labels"); labels.is_object())
    for (const auto &[label, place] : labels.items())
      if (const auto step = read_step(place)) c.picks.push_back({label, *step});
  if (const json &picks = member(j, "picks"); picks.is_array())
    for (const json &pick : picks)
      if (const auto step = read_step(pick)) c.picks.push_back({pick.value("label", ""), *step});
}

int read_seeds(const json &j) {
  if (const json &seeds = member(j, "seeds"); !seeds.is_null()) return seeds.get<int>();
  int good = 0;
  if (const json &retrained = member(j, "retrained"); retrained.is_array())
    for (const json &r : retrained) good += r.is_object() && r.contains("metrics");
  return good;
}

Choice read(const json &j) {
  Choice c;
  for (const auto &[key, text] : {std::pair("rule", &c.rule), std::pair("reason", &c.reason)})
    if (const json &value = member(j, key); !value.is_null()) *text = value.get<std::string>();
  c.step = read_step(j);
  if (!c.step) c.step = read_step(member(j, "pick"));
  read_values(member(j, "mean"), c.mean);
  read_values(member(j, "sd"), c.sd);
  read_test(member(j, "test"), c);
  const json &reference = member(j, "reference");
  read_values(reference, c.reference);
  if (reference.is_number()) c.best_known = reference.get<double>();
  c.seeds = read_seeds(j);
  for (const char *key : {"delta", "tolerance"})
    if (const json &value = member(j, key); value.is_number()) c.tolerance = value.get<double>();
  read_picks(j, c);
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

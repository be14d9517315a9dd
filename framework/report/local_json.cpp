// SPDX-License-Identifier: Apache-2.0
#include "report/local_json.hpp"

#include <nlohmann/json.hpp>

#include "report/local_search.hpp"

namespace nac::fw {
namespace {

using nlohmann::json;

/// As JSON where it is JSON.
json embedded(const std::string &text) {
  json j = json::parse(text, nullptr, false);
  return j.is_discarded() ? json(text) : j;
}

void add_if(json &j, const char *key, const std::string &value) {
  if (!value.empty()) j[key] = value;
}

json of(const Study::TuneRow &r) {
  json j = {{"number", r.number}, {"state", r.state}, {"recipe", embedded(r.point)}, {"metrics", r.metrics}};
  add_if(j, "reason", r.reason);
  add_if(j, "model", r.model);
  return j;
}

json of(const CompressPoint &p) {
  const Study::CompressRow &r = p.row;
  json j = {{"position", r.position}, {"pass", r.pass}, {"iteration", r.iteration},
            {"state", r.state},       {"last", r.last}, {"metrics", r.metrics}};
  j["bits"] = p.bits ? json(*p.bits) : json(nullptr);
  add_if(j, "reason", r.reason);
  add_if(j, "model", r.model);
  add_if(j, "deployed", r.deployed);
  return j;
}

json float_values(const ReportData &data, uint64_t trial) {
  json j = json::object();
  for (const Quantity &q : data.quantities)
    if (const auto value = float_value(data, trial, q.name)) j[q.name] = *value;
  return j;
}

json of(const StepName &step) {
  return {{"trial", step.trial}, {"chain", embedded(step.chain)}, {"position", step.position}};
}

json of(const ReportData &data, const Choice &c) {
  if (c.empty()) return nullptr;
  json j = {{"rule", c.rule}, {"mean", c.mean}, {"sd", c.sd}, {"test", c.test}, {"picks", json::array()}};
  if (c.step) {
    j["step"] = of(*c.step);
    j["float"] = float_values(data, c.step->trial);
  }
  add_if(j, "reason", c.reason);
  if (!c.test_mean.empty()) j["test_mean"] = c.test_mean;
  if (!c.test_sd.empty()) j["test_sd"] = c.test_sd;
  if (c.best_known) j["best_known"] = *c.best_known;
  if (!c.reference.empty()) j["reference"] = c.reference;
  if (c.seeds > 0) j["seeds"] = c.seeds;
  for (const Choice::Pick &pick : c.picks) {
    j["picks"].push_back(of(pick.step));
    j["picks"].back()["label"] = pick.label;
  }
  return j;
}

}  // namespace

void add_local_search(nlohmann::json &report, const ReportData &data) {
  report["tune"] = json::array();
  for (const TunedNetwork &n : data.tuned) {
    json network = {{"trial", n.trial}, {"network", network_name(data, n.trial)}, {"recipes", json::array()}};
    const Study::TuneRow *best = best_recipe(n, data.metric());
    network["best"] = best == nullptr ? json(nullptr) : json(best->number);
    for (const Study::TuneRow &r : n.rows) network["recipes"].push_back(of(r));
    report["tune"].push_back(std::move(network));
  }
  report["compress"] = json::array();
  for (const CompressNetwork &n : data.compressed) {
    json network = {{"trial", n.trial},
                    {"network", network_name(data, n.trial)},
                    {"float", float_values(data, n.trial)},
                    {"chains", json::array()}};
    for (const CompressChain &c : n.chains) {
      json chain = {{"chain", embedded(c.key)}, {"label", c.label}, {"points", json::array()}};
      chain["bits"] = c.bits ? json(*c.bits) : json(nullptr);
      for (const CompressPoint &p : c.points) chain["points"].push_back(of(p));
      network["chains"].push_back(std::move(chain));
    }
    report["compress"].push_back(std::move(network));
  }
  report["choose"] = of(data, data.choice);
}

}  // namespace nac::fw

// SPDX-License-Identifier: Apache-2.0
#include "report/json.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "report/local_json.hpp"
#include "report/published.hpp"

namespace nac::fw {
namespace {

using nlohmann::json;

json of(const std::vector<Quantity> &quantities) { return json::parse(to_json(quantities)); }

json of(const Study::RungRow &r) {
  return {
      {"rung", r.rung}, {"epoch", r.epoch}, {"minimized", r.objectives}, {"decision", r.decision}, {"note", r.note}};
}

json of(const Study::ResultRow &r) {
  json j = {{"repeat", r.repeat}, {"metrics", r.metrics}};
  if (!r.reason.empty()) j["reason"] = r.reason;
  if (!r.model.empty()) j["model"] = r.model;
  return j;
}

json of(const ReportFidelity &f) {
  return {{"kind", f.kind},       {"eta", f.eta},
          {"grace", f.grace},     {"rungs", f.rungs},
          {"epochs", f.epochs},   {"repeats", f.repeats},
          {"stopped", f.stopped}, {"trained", f.trained},
          {"saved", f.saved},     {"saved_share", f.saved_share()}};
}

json number(double value) { return std::isfinite(value) ? json(value) : json(nullptr); }

json of(const PublishedPair &p) {
  return {{"network", p.network},
          {"name", p.name},
          {"source", p.source},
          {"quantity", p.ours.quantity},
          {"unit", p.ours.unit},
          {"estimate", number(p.ours.estimate)},
          {"low", number(p.ours.low)},
          {"high", number(p.ours.high)},
          {"report", number(p.ours.report)},
          {"published", {number(p.low), number(p.high)}},
          {"ratio", {number(p.ratio_low()), number(p.ratio_high())}}};
}

json of(const std::vector<Study::HardwareRow> &rows) {
  json all = json::array();
  for (const Study::HardwareRow &r : rows) {
    json entry = {{"name", r.name},
                  {"network", r.network},
                  {"backend", r.backend},
                  {"parameters", json::parse(r.parameters, nullptr, false)},
                  {"model", r.model},
                  {"folder", r.folder},
                  {"vectors", r.vectors},
                  {"differences", r.differences},
                  {"quantities", json::array()}};
    for (const Study::HardwareValue &v : r.values)
      entry["quantities"].push_back({{"name", v.quantity},
                                     {"unit", v.unit},
                                     {"estimate", number(v.estimate)},
                                     {"low", number(v.low)},
                                     {"high", number(v.high)},
                                     {"report", number(v.report)}});
    all.push_back(std::move(entry));
  }
  return all;
}

json of(const Trial &t) {
  json j = {{"trial", t.number},    {"state", name_of(t.state)},      {"feasible", t.feasible},
            {"metrics", t.metrics}, {"architecture", t.architecture}, {"hash", t.hash}};
  if (!t.preset.empty()) j["preset"] = t.preset;
  if (!t.point.empty()) j["point"] = json::parse(t.point, nullptr, false);
  if (t.duplicate_of >= 0) j["duplicate_of"] = t.duplicate_of;
  if (!t.objectives.empty()) j["minimized"] = t.objectives;
  if (!t.reason.empty()) j["reason"] = t.reason;
  if (!t.model.empty()) j["model"] = t.model;
  return j;
}

}  // namespace

std::string report_json(const ReportData &data) {
  json j = {{"name", data.name},
            {"quantities", of(data.quantities)},
            {"objectives", of(data.objectives)},
            {"front", data.front},
            {"task", data.task},
            {"manifest", data.manifest}};
  j["front_figures"] = {{"hypervolume", data.figures.hypervolume}, {"reference", data.figures.reference}};
  j["front_figures"]["knee"] = data.figures.knee ? json(*data.figures.knee) : json(nullptr);
  j["front_figures"]["contributions"] = json::object();
  for (const auto &[trial, share] : data.figures.contribution)
    j["front_figures"]["contributions"][std::to_string(trial)] = share;
  j["trials"] = json::array();
  for (const Trial &t : data.trials) {
    j["trials"].push_back(of(t));
    if (const Spread *spread = data.spread(t.number)) {
      j["trials"].back()["sd"] = spread->sd;
      j["trials"].back()["seeds"] = spread->results;
      if (spread->failed > 0) j["trials"].back()["seeds_failed"] = spread->failed;
    }
  }
  for (const Study::RungRow &r : data.rungs)
    if (r.trial < data.trials.size()) j["trials"][r.trial]["rungs"].push_back(of(r));
  for (const Study::ResultRow &r : data.results)
    if (r.trial < data.trials.size()) j["trials"][r.trial]["results"].push_back(of(r));
  j["fidelity"] = of(data.fidelity);
  j["classes"] = json::array();
  for (const ReportClass &c : data.classes) {
    json entry = {{"name", c.name}, {"limit", c.limit}, {"test", c.test}};
    if (c.trial) entry["trial"] = *c.trial;
    if (!c.test_sd.empty()) entry["test_sd"] = c.test_sd;
    j["classes"].push_back(entry);
  }
  add_local_search(j, data);
  j["hardware"] = of(data.hardware);
  for (const PublishedPair &p : published_pairs(data)) j["published"].push_back(of(p));
  j["plugins"] = json::array();
  for (const StudyPlugin &p : data.plugins)
    j["plugins"].push_back({{"id", p.id}, {"version", p.version}, {"path", p.path}, {"sha256", p.sha256}});
  for (const auto &[what, which] : data.made_with) j["made_with"][what] = which;
  return j.dump(1, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace nac::fw

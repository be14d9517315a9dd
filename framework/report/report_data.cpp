// SPDX-License-Identifier: Apache-2.0
#include "report/report_data.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/error.hpp"

namespace nac::fw {
namespace {

using nlohmann::json;

std::string need(const Study &study, const std::string &key) {
  const std::optional<std::string> value = study.text(key);
  if (!value)
    throw Error(fmt::format("the study '{}' has no '{}': no search was started in it", study.folder().string(), key),
                NAC_FAILED_PRECONDITION);
  return *value;
}

std::string date_text(double unix_time) {
  return fmt::format("{:%Y-%m-%d %H:%M:%S} UTC", fmt::gmtime(static_cast<std::time_t>(unix_time)));
}

/// What the run stored about the selected model `trial`; empty: it was not tested.
void read_test(const Study &study, ReportClass &c) {
  const std::optional<std::string> stored = study.text(fmt::format("test.{}", *c.trial));
  if (!stored) return;
  const json parsed = json::parse(*stored);
  for (const auto &[name, list] : parsed.items()) {
    std::vector<double> values;
    for (const json &v : list)
      values.push_back(v.is_number() ? v.get<double>() : std::numeric_limits<double>::quiet_NaN());
    if (values.empty()) values.push_back(std::numeric_limits<double>::quiet_NaN());  // null
    const MeanSd m = mean_sd(values);
    c.test[name] = m.mean;
    if (values.size() > 1) c.test_sd[name] = m.sd;
  }
}

ReportFidelity read_fidelity(const Study &study, const std::vector<Trial> &trials) {
  ReportFidelity f;
  if (const std::optional<std::string> stored = study.text("fidelity")) {
    try {
      const json j = json::parse(*stored);
      f.kind = j.at("kind");
      f.eta = j.at("eta");
      f.grace = j.at("grace");
      f.rungs = j.at("rungs").get<std::vector<int>>();
      f.epochs = j.at("epochs");
      f.repeats = j.at("repeats");
    } catch (const json::exception &e) {
      throw Error(fmt::format("the fidelity stored in '{}' cannot be read: {}", study.folder().string(), e.what()),
                  NAC_DATA_LOSS);
    }
  }
  for (const Trial &t : trials) {
    const auto epochs = t.metrics.find("epochs");
    if (epochs == t.metrics.end() || t.duplicate_of >= 0) continue;
    f.trained += epochs->second;
    if (t.state != TrialState::stopped) continue;
    ++f.stopped;
    f.saved += f.epochs * f.repeats - epochs->second;
  }
  return f;
}

std::vector<ReportClass> read_classes(const Study &study) {
  std::vector<ReportClass> classes;
  const std::optional<std::string> stored = study.text("select");
  if (!stored) return classes;
  try {
    for (const json &entry : json::parse(*stored)) {
      ReportClass c;
      c.name = entry.at("name");
      c.limit = entry.at("limit");
      if (entry.contains("trial")) c.trial = entry.at("trial").get<uint64_t>();
      if (c.trial) read_test(study, c);
      classes.push_back(std::move(c));
    }
  } catch (const json::exception &e) {
    throw Error(fmt::format("the selection stored in '{}' cannot be read: {}", study.folder().string(), e.what()),
                NAC_DATA_LOSS);
  }
  return classes;
}

void read_made_with(const Study &study, ReportData &data) {
  const auto add = [&](const char *what, const std::string &value) {
    if (!value.empty()) data.made_with.emplace_back(what, value);
  };
  add("nac", study.text("program").value_or(""));
  add("engine", study.text("engine").value_or(""));
  add("engine of other networks", study.text("engine.other").value_or(""));
  add("BLAS", study.text("blas").value_or(""));
  add("device", study.text("device").value_or(""));
  add("task", study.text("task").value_or(""));
  add("seed", study.text("seed").value_or(""));
  add("BOPs convention", study.text("bops").value_or(""));
  const std::vector<Study::Transition> transitions = study.transitions();
  if (transitions.empty()) return;
  add("first trial asked", date_text(transitions.front().unix_time));
  add("last change", date_text(transitions.back().unix_time));
}

}  // namespace

const Trial &ReportData::trial(uint64_t number) const {
  const auto at =
      std::lower_bound(trials.begin(), trials.end(), number, [](const Trial &t, uint64_t n) { return t.number < n; });
  if (at == trials.end() || at->number != number)
    throw Error(fmt::format("the study has no trial {}", number), NAC_NOT_FOUND);
  return *at;
}

const Spread *ReportData::spread(uint64_t number) const {
  const auto at = spreads.find(number);
  return at == spreads.end() ? nullptr : &at->second;
}

const std::map<std::string, double> *ReportData::sd(uint64_t number) const {
  const Spread *found = spread(number);
  return found == nullptr ? nullptr : &found->sd;
}

int ReportData::seeds(uint64_t number) const {
  const Spread *found = spread(number);
  return found == nullptr ? 1 : found->results;
}

const Quantity &ReportData::metric() const {
  for (const Quantity &q : objectives)
    if (!q.free) return q;
  return quantities.front();
}

ReportData read_report_data(const Study &study) {
  ReportData data;
  data.name = need(study, "name");
  data.quantities = quantities_from_json(need(study, "quantities"));
  data.objectives = quantities_from_json(need(study, "objectives"));
  if (data.quantities.empty() || data.objectives.empty())
    throw Error(fmt::format("the study '{}' names no quantities", study.folder().string()), NAC_DATA_LOSS);
  Summary summary = summarize(study);
  data.trials = std::move(summary.trials);
  data.spreads = std::move(summary.spreads);
  data.rungs = study.rungs();
  data.results = study.results();
  data.fidelity = read_fidelity(study, data.trials);
  data.front = front_of(data.trials);
  const auto bops = [&](uint64_t number) {
    const Trial &t = data.trial(number);
    const auto at = t.metrics.find("bops");
    return at == t.metrics.end() ? 0.0 : at->second;
  };
  std::stable_sort(data.front.begin(), data.front.end(), [&](uint64_t a, uint64_t b) { return bops(a) < bops(b); });
  std::vector<Trial> members;
  for (const uint64_t number : data.front) members.push_back(data.trial(number));
  data.figures = front_figures(members, data.objectives);
  data.classes = read_classes(study);
  data.tuned = tuned_networks(study.tune_rows());
  data.compressed = compress_networks(study.compress_rows());
  if (const std::optional<std::string> stored = study.text("choose")) data.choice = choice_from_json(*stored);
  data.hardware = study.hardware_rows();
  if (const std::optional<std::string> stored = study.text(kPublishedKey))
    data.published = published_from_json(*stored);
  data.plugins = study.plugins();
  read_made_with(study, data);
  data.task = study.text("task.describe").value_or("");
  data.manifest = study.text("manifest").value_or("");
  return data;
}

}  // namespace nac::fw

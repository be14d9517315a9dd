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
std::map<std::string, double> read_test(const Study &study, uint64_t trial) {
  std::map<std::string, double> values;
  const std::optional<std::string> stored = study.text(fmt::format("test.{}", trial));
  if (!stored) return values;
  const json parsed = json::parse(*stored);
  for (const auto &[name, value] : parsed.items())
    values[name] = value.is_number() ? value.get<double>() : std::numeric_limits<double>::quiet_NaN();
  return values;
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
      if (c.trial) c.test = read_test(study, *c.trial);
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
  data.trials = study.trials();
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
  data.plugins = study.plugins();
  read_made_with(study, data);
  data.task = study.text("task.describe").value_or("");
  data.manifest = study.text("manifest").value_or("");
  return data;
}

}  // namespace nac::fw

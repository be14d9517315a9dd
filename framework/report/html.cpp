// SPDX-License-Identifier: Apache-2.0
#include "report/html.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "report/front_plot.hpp"
#include "report/hardware.hpp"
#include "report/html_parts.hpp"
#include "report/local_html.hpp"
#include "report/number_text.hpp"
#include "report/published.hpp"
#include "report/report.hpp"
#include "report/text_table.hpp"

namespace nac::fw {
namespace {

constexpr const char *kStyle = R"css(
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff; --soft: #6b7280; --rule: #d8dce2; --mark: #c2410c; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e5e7eb; --paper: #15181c; --soft: #9aa3af; --rule: #353b44; --mark: #fb923c; }
}
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 70rem;
  margin: 2rem auto; padding: 0 1rem; }
h1 { margin-bottom: 0; } h2 { margin-top: 2.2rem; } .soft { color: var(--soft); }
.wide { overflow-x: auto; } table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .25rem .7rem; border-bottom: 1px solid var(--rule); white-space: nowrap; }
th.text, td.text { text-align: left; } td.long { white-space: normal; min-width: 22rem; }
pre { background: color-mix(in srgb, var(--ink) 6%, transparent); padding: .8rem; overflow-x: auto; }
td.hash { font-family: monospace; font-size: .8em; }
svg { width: 100%; height: auto; } svg text { font: 12px system-ui, sans-serif; fill: var(--ink); }
svg .grid { stroke: var(--rule); } svg .frame { fill: none; stroke: var(--soft); }
svg .trial { fill: var(--soft); fill-opacity: .55; } svg .front { fill: var(--mark); stroke: var(--paper); }
svg .knee { fill: none; stroke: var(--mark); stroke-width: 2; }
svg .outside, svg .broken { fill: none; stroke: var(--soft); stroke-opacity: .7; }
svg .stairs { fill: none; stroke: var(--mark); stroke-opacity: .6; stroke-width: 1.5; }
svg .point { stroke-width: 1; stroke-opacity: .7; } svg .undone { fill: none; stroke-width: 1.6; }
svg .ink { stroke: var(--ink); } svg .ramp { fill: var(--ink); stroke: var(--soft); }
svg .curve { fill: none; stroke-width: 1.5; stroke-opacity: .8; }
svg .float { fill: none; stroke: var(--soft); stroke-width: 1.5; stroke-dasharray: 6 4; }
svg circle.pick { fill: none; stroke: var(--ink); } svg text.pick, svg text.panel { font-weight: 600; }
svg text.pick { paint-order: stroke; stroke: var(--paper); stroke-width: 3px; }
)css";

std::string summary(const ReportData &data) {
  std::size_t complete = 0, stopped = 0, infeasible = 0, failed = 0, repeated = 0, open = 0;
  for (const Trial &t : data.trials) {
    complete += t.state == TrialState::complete;
    stopped += t.state == TrialState::stopped;
    infeasible += t.state == TrialState::infeasible || !t.feasible ? 1 : 0;
    failed += t.state == TrialState::failed;
    repeated += t.duplicate_of >= 0;
    open += !t.finished();
  }
  std::string objectives;
  for (const Quantity &q : data.objectives)
    objectives += fmt::format("{}{} ({})", objectives.empty() ? "" : ", ", q.name,
                              q.direction > 0 ? "larger is better" : "smaller is better");
  std::string text = fmt::format(
      "<p>{} trials: {} complete{}, {} outside the constraints or not buildable, {} failed, {} that repeat an earlier "
      "architecture and were not trained again{}. {} are on the Pareto front of {}.</p>\n",
      data.trials.size(), complete, stopped > 0 ? fmt::format(", {} stopped early", stopped) : "", infeasible, failed,
      repeated, open > 0 ? fmt::format(", {} unfinished", open) : "", data.front.size(), escape_html(objectives));
  const ReportFidelity &f = data.fidelity;
  if (f.repeats > 1)
    text += fmt::format(
        "<p>Every candidate was trained with {} seeds; values are means \xC2\xB1 standard deviations.</p>\n",
        f.repeats);
  if (f.stopped > 0)
    text += fmt::format(
        "<p>Trials stopped at rungs ({}): {}. That saved {} of the {} epochs that training all to the end would have "
        "taken, {:.0f} %.</p>\n",
        escape_html(f.kind), f.stopped, number_text(f.saved), number_text(f.saved + f.trained), 100 * f.saved_share());
  return text;
}

/// What happened at each rung.
std::string rung_section(const ReportData &data) {
  if (data.fidelity.rungs.empty()) return {};
  std::string html = "<h2>Rungs</h2>\n<div class=\"wide\"><table>\n<tr>" + head("rung") + head("epoch") +
                     head("reached") + head("went on") + head("stopped") + "</tr>\n";
  for (std::size_t i = 0; i < data.fidelity.rungs.size(); ++i) {
    std::size_t reached = 0, stopped = 0;
    for (const Study::RungRow &r : data.rungs)
      if (r.rung == static_cast<int>(i) + 1 && !r.checkpoint.empty()) {
        ++reached;
        stopped += r.decision == "stop";
      }
    html += "<tr>" + cell(std::to_string(i + 1)) + cell(std::to_string(data.fidelity.rungs[i])) +
            cell(std::to_string(reached)) + cell(std::to_string(reached - stopped)) + cell(std::to_string(stopped)) +
            "</tr>\n";
  }
  return html + "</table></div>\n";
}

std::string front_section(const ReportData &data) {
  std::string html = "<h2>Front</h2>\n";
  const std::string plot = front_plot(data);
  if (plot.empty()) return html + "<p>No trial is complete.</p>\n";
  html += plot;
  html +=
      "<p class=\"soft\">Every complete trial on validation data; the front is highlighted, its knee ringed. Hollow "
      "points break a "
      "constraint or lie beyond the axis and are drawn at its edge. Point at one to see its architecture.</p>\n";
  if (!data.front.empty())
    html += "<p>" + escape_html(front_sentences(data)) +
            " <span class=\"soft\">A trial adds the share of the hypervolume that no other one dominates.</span></p>\n";
  html += "<div class=\"wide\"><table>\n<tr>" + head("trial");
  for (const Quantity &q : data.quantities) html += head(title_of(q));
  const bool seeds = !data.spreads.empty();
  if (seeds) html += head("seeds");
  bool any_stopped = false;
  html += head("adds [%]") + head("architecture", true) + head("model", true) + "</tr>\n";
  for (const uint64_t number : data.front) {
    const Trial &t = data.trial(number);
    const bool stopped = t.state == TrialState::stopped;
    any_stopped = any_stopped || stopped;
    html += "<tr>" + cell(std::to_string(number) + (stopped ? " *" : ""));
    for (const Quantity &q : data.quantities) html += value_cell(t.metrics, q.name, data.sd(number));
    if (seeds) html += cell(std::to_string(data.seeds(number)));
    html += cell(contribution_text(data, number));
    html += cell(t.preset.empty() ? t.architecture : fmt::format("({}) {}", t.preset, t.architecture), "text long");
    html += fmt::format("<td class=\"text\"><a href=\"models/{0}.onnx\">models/{0}.onnx</a></td></tr>\n", number);
  }
  html += "</table></div>\n";
  if (any_stopped) html += "<p class=\"soft\">* stopped at a rung, not trained to the end.</p>\n";
  if (seeds)
    html +=
        "<p class=\"soft\">Values of trials with several seeds are means \xC2\xB1 standard deviations; the model is "
        "that of the first seed.</p>\n";
  return html;
}

std::string class_section(const ReportData &data) {
  if (data.classes.empty()) return {};
  std::string html =
      "<h2>Selected models</h2>\n<p>The best of the front in each size class, by validation; only these saw the test "
      "data, once, after the search.</p>\n<div class=\"wide\"><table>\n<tr>" +
      head("class", true) + head("BOPs up to") + head("trial") + head("bops") + head("parameters");
  for (const Quantity &q : data.quantities)
    if (!q.free) html += head(title_of(q) + ", validation") + head("test");
  html += "</tr>\n";
  static const std::map<std::string, double> nothing;
  for (const ReportClass &c : data.classes) {
    const auto &values = c.trial ? data.trial(*c.trial).metrics : nothing;
    html += "<tr>" + cell(c.name, "text") + cell(number_text(c.limit)) +
            cell(c.trial ? std::to_string(*c.trial) : "none") + value_cell(values, "bops") +
            value_cell(values, "parameters");
    for (const Quantity &q : data.quantities)
      if (!q.free)
        html +=
            value_cell(values, q.name, c.trial ? data.sd(*c.trial) : nullptr) + value_cell(c.test, q.name, &c.test_sd);
    html += "</tr>\n";
  }
  return html + "</table></div>\n";
}

std::string failure_section(const ReportData &data) {
  std::map<std::string, std::pair<std::size_t, uint64_t>> reasons;
  for (const Trial &t : data.trials)
    if (t.state == TrialState::failed) ++reasons.try_emplace(t.reason, 0, t.number).first->second.first;
  if (reasons.empty()) return {};
  std::string html = "<h2>Failures</h2>\n<div class=\"wide\"><table>\n<tr>" + head("trials") + head("first") +
                     head("reason", true) + "</tr>\n";
  for (const auto &[reason, found] : reasons)
    html += "<tr>" + cell(std::to_string(found.first)) + cell(std::to_string(found.second)) +
            cell(reason, "text long") + "</tr>\n";
  return html + "</table></div>\n";
}

std::string how_section(const ReportData &data) {
  std::string html = "<h2>How it was made</h2>\n<div class=\"wide\"><table>\n";
  for (const auto &[what, which] : data.made_with)
    html += "<tr>" + cell(what, "text") + cell(which, "text") + "</tr>\n";
  html += "</table></div>\n<h3>Plugins</h3>\n<div class=\"wide\"><table>\n<tr>" + head("id", true) +
          head("version", true) + head("SHA-256", true) + head("file", true) + "</tr>\n";
  for (const StudyPlugin &p : data.plugins)
    html += "<tr>" + cell(p.id, "text") + cell(p.version, "text") + cell(p.sha256, "text hash") + cell(p.path, "text") +
            "</tr>\n";
  html += "</table></div>\n";
  if (!data.task.empty()) html += "<h3>Data</h3>\n<pre>" + escape_html(data.task) + "</pre>\n";
  return html + "<h3>Manifest</h3>\n<pre>" + escape_html(data.manifest) + "</pre>\n";
}

}  // namespace

std::string report_html(const ReportData &data) {
  return fmt::format(
             "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
             "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{0}</title>\n"
             "<style>{1}</style>\n</head>\n<body>\n<h1>{0}</h1>\n",
             escape_html(data.name), kStyle) +
         summary(data) + front_section(data) + class_section(data) + local_search_sections(data) +
         hardware_section(data) + published_section(data) + rung_section(data) + failure_section(data) +
         how_section(data) +
         "<p class=\"soft\">All trials: trials.csv and report.json beside this page.</p>\n</body>\n</html>\n";
}

}  // namespace nac::fw

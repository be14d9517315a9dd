// SPDX-License-Identifier: Apache-2.0
#include "report/compress_tables.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "report/local_search.hpp"
#include "report/number_text.hpp"
#include "report/text_table.hpp"

namespace nac::fw {
namespace {

std::string text_of(const std::optional<double> &value) { return value ? number_text(*value) : "-"; }
std::string times(const std::optional<double> &factor) { return factor ? fmt::format("{:.3g}", *factor) : "-"; }
std::string percent(const std::optional<double> &share) { return share ? fmt::format("{:.1f}", 100 * *share) : "-"; }
std::string bits_of(const CompressPoint &p) { return p.bits ? std::to_string(*p.bits) : "-"; }

std::optional<double> reduced(const ReportData &data, const CompressPoint &p, const char *name) {
  const std::optional<double> value = p.value(name);
  return value ? reduction(data, p.row.trial, name, *value) : std::nullopt;
}

std::string step_of(const CompressPoint &p) { return fmt::format("{} {}", p.row.pass, p.row.iteration); }

/// Metric, sparsity, BOPs, parameters and what they are of the float network.
std::vector<std::string> measures(const ReportData &data, const CompressPoint &p) {
  return {text_of(p.value(data.metric().name)),
          percent(p.sparsity),
          text_of(p.value("bops")),
          times(reduced(data, p, "bops")),
          text_of(p.value("parameters")),
          times(reduced(data, p, "parameters"))};
}

std::vector<std::string> measure_titles(const ReportData &data) {
  return {title_of(data.metric()), "sparsity [%]", "bops", "float/this", "parameters", "float/this"};
}

void append(std::vector<std::string> &row, std::vector<std::string> more) {
  row.insert(row.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace

TableRows tune_rows(const ReportData &data) {
  if (data.tuned.empty()) return {};
  const Quantity &metric = data.metric();
  TableRows rows = {{"network", "recipes", "failed", title_of(metric) + " searched", "tuned", "number", "recipe"}};
  for (const TunedNetwork &n : data.tuned) {
    const auto failed =
        std::count_if(n.rows.begin(), n.rows.end(), [](const Study::TuneRow &r) { return r.state == "failed"; });
    std::vector<std::string> row = {network_name(data, n.trial), std::to_string(n.rows.size()), std::to_string(failed)};
    const auto at =
        std::find_if(data.trials.begin(), data.trials.end(), [&](const Trial &t) { return t.number == n.trial; });
    row.push_back(at == data.trials.end() ? "-" : value_text(at->metrics, data.sd(n.trial), metric.name, "-"));
    const Study::TuneRow *best = best_recipe(n, metric);
    row.push_back(best == nullptr ? "-" : number_text(best->metrics.at(metric.name)));
    row.push_back(best == nullptr ? "-" : std::to_string(best->number));
    row.push_back(best == nullptr ? "-" : best->point);
    rows.push_back(std::move(row));
  }
  return rows;
}

TableRows best_point_rows(const ReportData &data) {
  const std::vector<BestPoint> best = best_points(data);
  if (best.empty()) return {};
  TableRows rows = {{"network", "bits"}};
  append(rows[0], measure_titles(data));
  rows[0].push_back("step");
  for (const BestPoint &b : best) {
    std::vector<std::string> row = {network_name(data, b.trial), std::to_string(b.bits) + (b.within ? "" : "*")};
    append(row, measures(data, *b.point));
    row.push_back(step_of(*b.point));
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string best_point_note(const ReportData &data) {
  const std::vector<BestPoint> best = best_points(data);
  if (best.empty()) return {};
  const std::string bound = fmt::format("{:.3g} %", 100 * tolerance_of(data));
  std::string note =
      fmt::format("Fewest BOPs with at most {} loss of {} against the float network.", bound, data.metric().name);
  if (std::any_of(best.begin(), best.end(), [](const BestPoint &b) { return !b.within; }))
    note += " * no point of these bits is within that bound: the best metric instead.";
  return note;
}

TableRows choice_rows(const ReportData &data) {
  const Choice &c = data.choice;
  if (!c.step) return {};
  const CompressPoint *point = find_point(data.compressed, *c.step);
  TableRows rows = {{"", "float", "chosen", "trained again", "test", "test, trained again", "float/chosen"}};
  if (point != nullptr) {
    rows.push_back({"bits", "-", bits_of(*point), "-", "-", "-", "-"});
    rows.push_back({"sparsity [%]", "-", percent(point->sparsity), "-", "-", "-", "-"});
  }
  for (const Quantity &q : data.quantities) {
    const auto reference = c.reference.find(q.name);
    const std::optional<double> from =
        reference != c.reference.end() ? reference->second : float_value(data, c.step->trial, q.name);
    static const CompressPoint unknown;
    const std::optional<double> chosen = (point != nullptr ? *point : unknown).value(q.name);
    const bool counts = q.free && from && chosen && *from > 0 && *chosen > 0;
    rows.push_back({title_of(q), text_of(from), text_of(chosen), value_text(c.mean, &c.sd, q.name, "-"),
                    value_text(c.test, nullptr, q.name, "-"), value_text(c.test_mean, &c.test_sd, q.name, "-"),
                    counts ? times(*from / *chosen) : "-"});
  }
  return rows;
}

std::string choice_sentence(const ReportData &data) {
  const Choice &c = data.choice;
  if (!c.step) return c.reason.empty() ? "" : fmt::format("No model was chosen: {}.\n", c.reason);
  const CompressPoint *point = find_point(data.compressed, *c.step);
  std::string text = fmt::format("{}, step {} of {}", network_name(data, c.step->trial), c.step->position,
                                 c.step->chain.empty() ? "its chain" : c.step->chain);
  if (point != nullptr) text += fmt::format(" ({})", step_of(*point));
  if (!c.rule.empty()) text += fmt::format(", by the rule '{}'", c.rule);
  if (c.best_known) text += fmt::format("; the best {} known is {}", data.metric().name, number_text(*c.best_known));
  if (c.seeds > 0) text += fmt::format("; trained again with {} seed{}", c.seeds, c.seeds == 1 ? "" : "s");
  return text + (point == nullptr ? ". The study has no such step.\n" : ".\n");
}

TableRows pick_rows(const ReportData &data) {
  if (data.choice.picks.empty()) return {};
  TableRows rows = {{"pick", "network", "bits"}};
  append(rows[0], measure_titles(data));
  rows[0].push_back("step");
  for (const Choice::Pick &pick : data.choice.picks) {
    std::vector<std::string> row = {pick.label, network_name(data, pick.step.trial)};
    const CompressPoint *point = find_point(data.compressed, pick.step);
    row.push_back(point == nullptr ? "-" : bits_of(*point));
    append(row, point == nullptr ? std::vector<std::string>(6, "-") : measures(data, *point));
    row.push_back(point == nullptr ? "not in the study" : step_of(*point));
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string local_search_text(const ReportData &data) {
  std::string text;
  const auto add = [&](const char *title, const TableRows &rows, const std::string &note) {
    if (rows.empty() && note.empty()) return;
    text += fmt::format("{}{}:\n{}{}", text.empty() ? "" : "\n", title, rows.empty() ? "" : layout(rows, 0), note);
  };
  const std::string note = best_point_note(data);
  add("Tuned networks", tune_rows(data), "");
  add("Compressed networks", best_point_rows(data), note.empty() ? "" : note + "\n");
  add("Chosen model", choice_rows(data), choice_sentence(data));
  add("Picks", pick_rows(data), "");
  return text;
}

}  // namespace nac::fw

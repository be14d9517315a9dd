// SPDX-License-Identifier: Apache-2.0
//
// Two kinds of files: the report of one module, with the sections Timing, Latency and Utilization, and the summary that
// Vitis HLS calls csynth.rpt, one table with a line per module whose first is the top.
#include <algorithm>

#include "hls_backend/reports/report_values.hpp"
#include "hls_backend/reports/text_table.hpp"
#include "nac/cpp/error.hpp"

namespace nac::hls {
namespace {

using lines = std::vector<std::string>;

void put(report &to, const std::string &key, const std::optional<double> &value) {
  if (value) to[key] = *value;
}

std::size_t find_line(const lines &all, const std::string &part, std::size_t from = 0) {
  while (from < all.size() && all[from].find(part) == std::string::npos) ++from;
  return from;
}

/// "* Part:  xcvu13p"; the value.
std::string word_after(const lines &all, const std::string &label) {
  for (const std::string &line : all) {
    const std::size_t at = line.find(label);
    if (at == std::string::npos || line.find('|') != std::string::npos) continue;
    const std::size_t first = line.find_first_not_of(" \t", at + label.size());
    if (first == std::string::npos) continue;
    return line.substr(first, line.find_first_of(" \t", first) - first);
  }
  return "";
}

std::string resource_name(const std::string &heading) {
  if (heading == "DSP48E" || heading == "DSP") return "DSP";
  if (heading == "BRAM" || heading == "BRAM_18K") return "BRAM_18K";
  return heading == "FF" || heading == "LUT" || heading == "URAM" ? heading : "";
}

void read_timing(const lines &all, report &to) {
  std::size_t at = find_line(all, "Uncertainty|");
  for (; at < all.size(); ++at) {
    const auto cells = cells_of(all[at]);
    if (cells.size() < 4) continue;
    const auto target = number_in(cells[1]), estimated = number_in(cells[2]);
    if (!target) continue;
    to["TargetClockPeriod"] = *target;
    put(to, "EstimatedClockPeriod", estimated);
    return;
  }
}

/// Cycles first; then, in later versions, times; then the interval and the kind of pipeline.
void read_latency(const lines &all, report &to) {
  std::size_t at = find_line(all, "+ Latency");
  if (at == all.size()) throw failure(NAC_DATA_LOSS, "no section '+ Latency'");
  for (++at; at < all.size() && all[at].find("+ Detail") == std::string::npos; ++at) {
    const auto cells = cells_of(all[at]);
    if (cells.size() < 5 || cells[0] == "min" || cells[0].find("Latency") != std::string::npos) continue;
    put(to, "BestLatency", number_in(cells[0]));
    put(to, "WorstLatency", number_in(cells[1]));
    put(to, "IntervalMin", number_in(cells[cells.size() - 3]));
    put(to, "IntervalMax", number_in(cells[cells.size() - 2]));
    return;
  }
  throw failure(NAC_DATA_LOSS, "the section '+ Latency' has no line of numbers");
}

void read_resources(const lines &all, report &to) {
  std::size_t at = find_line(all, "Utilization Estimates");
  lines names;
  for (; at < all.size(); ++at) {
    const auto cells = cells_of(all[at]);
    if (cells.empty()) continue;
    if (cells[0] == "Name" && names.empty()) names = cells;
    if (cells.size() != names.size() || (cells[0] != "Total" && cells[0] != "Available")) continue;
    for (std::size_t i = 1; i < cells.size(); ++i)
      if (const std::string name = resource_name(names[i]); !name.empty())
        put(to, cells[0] == "Total" ? name : "Available" + name, count_in(cells[i]));
    if (cells[0] == "Available") return;
  }
  throw failure(NAC_DATA_LOSS, names.empty() ? "no section 'Utilization Estimates' with a table"
                                             : "the table of 'Utilization Estimates' has no line 'Available'");
}

void read_summary(const lines &all, std::size_t at, report_values &values) {
  lines heading;
  for (; at < all.size(); ++at) {
    const auto cells = cells_of(all[at]);
    if (cells.size() < 8) continue;
    if (cells[0].rfind('+', 0) != 0) {  // a heading of one or two lines
      heading.resize(std::max(heading.size(), cells.size()));
      for (std::size_t i = 0; i < cells.size(); ++i) heading[i] += (heading[i].empty() ? "" : " ") + cells[i];
      continue;
    }
    if (heading.size() != cells.size()) throw failure(NAC_DATA_LOSS, "the table's lines differ in their columns");
    values.top = cells[0].substr(std::min(cells[0].find_first_not_of("+ "), cells[0].size()));
    if (!values.top.empty() && values.top.back() == '*') values.top.pop_back();
    for (std::size_t i = 1; i < cells.size(); ++i) {
      if (const std::string name = resource_name(heading[i].substr(0, heading[i].find(' '))); !name.empty())
        put(values.csynth, name, count_in(cells[i]));
      if (heading[i].rfind("Latency (cycles)", 0) == 0)
        for (const char *key : {"BestLatency", "WorstLatency"}) put(values.csynth, key, number_in(cells[i]));
      if (heading[i].rfind("Interval", 0) == 0)
        for (const char *key : {"IntervalMin", "IntervalMax"}) put(values.csynth, key, number_in(cells[i]));
    }
    return;
  }
  throw failure(NAC_DATA_LOSS, "'Performance & Resource Estimates' has no line of a module");
}

}  // namespace

void read_csynth_text(std::string_view text, report_values &values) {
  const lines all = lines_of(text);
  if (const std::size_t at = find_line(all, "Performance & Resource Estimates"); at < all.size()) {
    read_summary(all, at, values);
    values.part = word_after(all, "* Target device:");
  } else {
    read_timing(all, values.csynth);
    read_latency(all, values.csynth);
    read_resources(all, values.csynth);
    values.top = word_after(all, "Vitis HLS Report for '");
    if (values.top.empty()) values.top = word_after(all, "Vivado HLS Report for '");
    values.top = values.top.substr(0, values.top.find('\''));
    values.part = word_after(all, "* Target device:");
  }
  for (const char *name : {"LUT", "FF"})
    if (values.csynth.count(name) == 0) throw failure(NAC_DATA_LOSS, std::string("no number of ") + name);
}

}  // namespace nac::hls

// SPDX-License-Identifier: Apache-2.0
//
// Reports of co-simulation, logic synthesis and export.
#include <string>

#include "hls_backend/reports/report_values.hpp"
#include "hls_backend/reports/text_table.hpp"
#include "nac/cpp/error.hpp"

namespace nac::hls {

void read_cosim(std::string_view text, report_values &values) {
  for (const std::string &line : lines_of(text)) {
    const auto cells = cells_of(line);
    if (cells.size() < 8 || (cells[0] != "Verilog" && cells[0] != "VHDL") || cells[1] == "NA") continue;
    const bool passed = cells[1] == "Pass" || cells[1] == "PASS";
    values.cosim["Passed"] = passed ? 1 : 0;
    if (!passed) {
      values.warnings.push_back("co-simulation of the " + cells[0] + " ended with '" + cells[1] + "'");
      return;
    }
    static const char *const kKeys[] = {"BestLatency", "AverageLatency", "WorstLatency", "IntervalMin", "",
                                        "IntervalMax"};
    for (std::size_t i = 0; i < 6; ++i)
      if (const auto number = number_in(cells[i + 2]); number && kKeys[i][0] != '\0') values.cosim[kKeys[i]] = *number;
    return;
  }
  throw failure(NAC_DATA_LOSS, "no line 'Verilog' or 'VHDL' with a status");
}

void read_utilization(std::string_view text, report_values &values) {
  struct row {
    const char *label, *key;
    double factor;
  };
  // UltraScale and later have CLBs, the 7 series slices; the star's footnote comes and goes.
  static const row kRows[] = {
      {"CLB LUTs", "LUT", 1}, {"Slice LUTs", "LUT", 1}, {"CLB Registers", "FF", 1},        {"Slice Registers", "FF", 1},
      {"DSPs", "DSP", 1},     {"DSP Slices", "DSP", 1}, {"Block RAM Tile", "BRAM_18K", 2}, {"URAM", "URAM", 1}};
  std::size_t used = 1, available = 0;
  for (const std::string &line : lines_of(text)) {
    auto cells = cells_of(line);
    if (cells.size() < 2) continue;
    if (cells[0] == "Site Type") {
      available = 0;
      for (std::size_t i = 1; i < cells.size(); ++i) {
        if (cells[i] == "Used") used = i;
        if (cells[i] == "Available") available = i;
      }
      continue;
    }
    if (!cells[0].empty() && cells[0].back() == '*') cells[0].pop_back();
    for (const row &r : kRows) {
      if (cells[0] != r.label || used >= cells.size() || values.vsynth.count(r.key) != 0) continue;
      const auto number = number_in(cells[used]);
      if (!number) throw failure(NAC_DATA_LOSS, "the line '" + cells[0] + "' has no number: '" + cells[used] + "'");
      values.vsynth[r.key] = r.factor * *number;
      if (available != 0 && available < cells.size())
        if (const auto all = number_in(cells[available]))
          values.vsynth[std::string("Available") + r.key] = r.factor * *all;
    }
  }
  for (const char *name : {"LUT", "FF"})
    if (values.vsynth.count(name) == 0)
      throw failure(NAC_DATA_LOSS, std::string("no line of ") + (name[0] == 'L' ? "LUTs" : "registers"));
}

void read_export(std::string_view text, report_values &values) {
  static const char *const kNames[][2] = {{"LUT", "LUT"},       {"FF", "FF"},     {"DSP", "DSP"},
                                          {"BRAM", "BRAM_18K"}, {"URAM", "URAM"}, {"CP required", "TargetClockPeriod"}};
  for (const std::string &line : lines_of(text)) {
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos) continue;
    const std::size_t first = line.find_first_not_of(" \t");
    const std::string name = line.substr(first, colon - first);
    const auto number = number_in(std::string_view(line).substr(colon + 1));
    if (!number) continue;
    for (const auto &known : kNames)
      if (name == known[0]) values.exported[known[1]] = *number;
    // Placed and routed, where both are there: it comes second.
    if (name.rfind("CP achieved", 0) == 0) values.exported["AchievedClockPeriod"] = *number;
  }
  for (const char *name : {"LUT", "FF"})
    if (values.exported.count(name) == 0) throw failure(NAC_DATA_LOSS, std::string("no line '") + name + ":'");
}

}  // namespace nac::hls

// SPDX-License-Identifier: Apache-2.0
#include "hls_backend/reports/report_values.hpp"
#include "hls_backend/reports/text_table.hpp"
#include "hls_backend/reports/xml.hpp"
#include "nac/cpp/error.hpp"

namespace nac::hls {
namespace {

/// Text of each element by its path below the root; the first one where a path comes several times.
std::map<std::string, std::string> flattened(std::string_view text) {
  std::map<std::string, std::string> result;
  xml_reader reader(text);
  for (auto event = reader.next(); event != xml_reader::event::end; event = reader.next()) {
    if (event == xml_reader::event::close) continue;
    const std::string path = reader.path(), below = path.substr(std::min(path.find('/'), path.size() - 1) + 1);
    if (event == xml_reader::event::open)
      result.emplace(below, "");
    else if (std::string &value = result[below]; value.empty())
      value = reader.value();
  }
  return result;
}

}  // namespace

void read_csynth_xml(std::string_view text, report_values &values) {
  const std::map<std::string, std::string> found = flattened(text);
  const auto take = [&](const std::string &path, const std::string &key) {
    const auto at = found.find(path);
    if (at == found.end()) return;
    if (const auto number = number_in(at->second)) values.csynth[key] = *number;
  };
  const auto word = [&](const std::string &path) {
    const auto at = found.find(path);
    return at != found.end() ? at->second : std::string();
  };
  values.top = word("UserAssignments/TopModelName");
  values.part = word("UserAssignments/Part");
  take("UserAssignments/TargetClockPeriod", "TargetClockPeriod");
  take("PerformanceEstimates/SummaryOfTimingAnalysis/EstimatedClockPeriod", "EstimatedClockPeriod");
  const std::string latency = "PerformanceEstimates/SummaryOfOverallLatency";
  take(latency + "/Best-caseLatency", "BestLatency");
  take(latency + "/Average-caseLatency", "AverageLatency");
  take(latency + "/Worst-caseLatency", "WorstLatency");
  take(latency + "/Interval-min", "IntervalMin");
  take(latency + "/Interval-max", "IntervalMax");
  const std::string area = "AreaEstimates/Resources/", available = "AreaEstimates/AvailableResources/";
  for (const char *name : {"BRAM_18K", "DSP", "FF", "LUT", "URAM"}) {
    // DSP48E until 2020.1; a part may have either, in a report of any age.
    for (const std::string &tag : {std::string(name), std::string(name) == "DSP" ? "DSP48E" : std::string(name)}) {
      take(area + tag, name);
      take(available + tag, std::string("Available") + name);
    }
  }
  if (found.count(latency) == 0) throw failure(NAC_DATA_LOSS, "no element " + latency);
  for (const char *name : {"LUT", "FF"})
    if (values.csynth.count(name) == 0)
      throw failure(NAC_DATA_LOSS, found.count(area + name) == 0
                                       ? "no element " + area + name
                                       : "element " + area + name + " holds '" + word(area + name) + "', no number");
}

}  // namespace nac::hls

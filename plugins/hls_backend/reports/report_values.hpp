// SPDX-License-Identifier: Apache-2.0
//
// report_values.hpp: figures of the vendor's reports, by the names that users of hls4ml know them by.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "hls_backend/model/part.hpp"

namespace nac::hls {

/// What one report says; what it does not say, or says '?' of, is not there.
using report = std::map<std::string, double>;

struct report_values {
  std::string top, part;  ///< as C-synthesis names them; may be empty
  /// C-synthesis: TargetClockPeriod, EstimatedClockPeriod (ns), BestLatency, AverageLatency, WorstLatency, IntervalMin,
  /// IntervalMax (cycles), LUT, FF, DSP, BRAM_18K, URAM, AvailableLUT and so on.
  report csynth;
  /// Co-simulation: Passed (1 or 0), BestLatency, AverageLatency, WorstLatency, IntervalMin, IntervalMax.
  report cosim;
  /// Logic synthesis: LUT, FF, DSP, BRAM_18K (a tile counts as two), URAM, AvailableLUT and so on.
  report vsynth;
  /// Export with logic synthesis: LUT, FF, DSP, BRAM_18K, URAM, TargetClockPeriod, AchievedClockPeriod.
  report exported;
  std::vector<std::string> files;     ///< that were read, below the folder, ascending
  std::vector<std::string> warnings;  ///< for people: what should not be relied on
};

/// Each reads one file's text; they throw failure (NAC_DATA_LOSS) that says what is missing or damaged, without the
/// file's name.
void read_csynth_xml(std::string_view text, report_values &values);
void read_csynth_text(std::string_view text, report_values &values);
void read_cosim(std::string_view text, report_values &values);
void read_utilization(std::string_view text, report_values &values);
void read_export(std::string_view text, report_values &values);

/// All reports below a folder; of C-synthesis the xml where both are there. Folders whose names start with '.' hold the
/// tools' own data and are passed over. Throws failure: NAC_NOT_FOUND when there are none, NAC_DATA_LOSS naming the
/// file that cannot be read, NAC_INVALID_ARGUMENT naming the folders when there are several projects.
report_values read_report_folder(const std::string &folder);

enum class resources_of { c_synthesis, logic_synthesis };

/// By all_quantities(), NaN where no report has it. Resources are those of `stage` where its report is there, else of
/// the other. Cycles are those of C-synthesis, which hold for every input, else of a co-simulation that passed. Times
/// are by the clock period that the tools were given. Percentages are of what the reports say is available, else of
/// `target`.
std::vector<double> values_of(const report_values &values, const part &target,
                              resources_of stage = resources_of::c_synthesis);

}  // namespace nac::hls

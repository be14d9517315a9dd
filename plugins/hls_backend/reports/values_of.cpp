// SPDX-License-Identifier: Apache-2.0
#include <initializer_list>
#include <limits>

#include "hls_backend/reports/quantities.hpp"
#include "hls_backend/reports/report_values.hpp"

namespace nac::hls {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

double first_of(std::initializer_list<const report *> reports, const std::string &key) {
  for (const report *r : reports)
    if (const auto at = r->find(key); at != r->end()) return at->second;
  return kNone;
}

}  // namespace

std::vector<double> values_of(const report_values &values, const part &target, resources_of stage) {
  std::vector<double> result(kQuantityCount, kNone);
  struct resource {
    const char *key;
    quantity_index value, percent;
    int64_t available;
  };
  const resource resources[] = {{"LUT", kLut, kLutPercent, target.lut},
                                {"FF", kFf, kFfPercent, target.ff},
                                {"DSP", kDsp, kDspPercent, target.dsp},
                                {"BRAM_18K", kBram18k, kBramPercent, target.bram_18k},
                                {"URAM", kUram, kQuantityCount, target.uram}};
  const bool early = stage == resources_of::c_synthesis;
  for (const resource &r : resources) {
    const double value = early ? first_of({&values.csynth, &values.vsynth, &values.exported}, r.key)
                               : first_of({&values.vsynth, &values.exported, &values.csynth}, r.key);
    result[r.value] = value;
    if (r.percent == kQuantityCount) continue;
    double available = first_of({&values.csynth, &values.vsynth}, std::string("Available") + r.key);
    if (!(available > 0) && target.known()) available = static_cast<double>(r.available);
    if (available > 0) result[r.percent] = 100 * value / available;
  }

  const auto cycles = [&](const char *key) { return first_of({&values.csynth, &values.cosim}, key); };
  result[kLatencyMin] = cycles("BestLatency");
  result[kLatencyMax] = cycles("WorstLatency");
  // C-synthesis may not know the worst case ('?'), the co-simulation then says what happened.
  const double average = cycles("AverageLatency");
  result[kLatency] = average == average ? average : result[kLatencyMax];
  result[kInterval] = cycles("IntervalMax");
  const double period = first_of({&values.csynth, &values.exported}, "TargetClockPeriod");
  result[kLatencyNs] = result[kLatency] * period;
  result[kIntervalNs] = result[kInterval] * period;
  return result;
}

}  // namespace nac::hls

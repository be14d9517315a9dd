// SPDX-License-Identifier: Apache-2.0
#include "hls_backend/reports/quantities.hpp"

namespace nac::hls {

const std::vector<quantity> &all_quantities() {
  static const std::vector<quantity> list = {{"lut", ""},           {"ff", ""},
                                             {"dsp", ""},           {"bram_18k", ""},
                                             {"uram", ""},          {"latency_min", "cycles"},
                                             {"latency", "cycles"}, {"latency_max", "cycles"},
                                             {"latency_ns", "ns"},  {"interval", "cycles"},
                                             {"interval_ns", "ns"}, {"lut_percent", "%"},
                                             {"ff_percent", "%"},   {"dsp_percent", "%"},
                                             {"bram_percent", "%"}};
  return list;
}

}  // namespace nac::hls

// SPDX-License-Identifier: Apache-2.0
#include "hls_backend/estimate/fit.hpp"

#include <cmath>

namespace nac::hls {
namespace {

struct resource {
  const char *name, *label;
  int64_t available;
};

std::string rounded(double n) { return std::to_string(std::llround(n)); }

}  // namespace

std::string fit_warning(const estimates &e, const part &device) {
  if (!device.known()) return "";
  const resource all[] = {{"lut", "LUT", device.lut},
                          {"ff", "FF", device.ff},
                          {"dsp", "DSP", device.dsp},
                          {"bram_18k", "BRAM_18K", device.bram_18k}};
  std::string whole, region;
  for (const resource &r : all) {
    const double needed = e.at(r.name).value, available = static_cast<double>(r.available);
    std::string &list = needed > available ? whole : region;
    if (needed <= available / device.slrs) continue;
    const double limit = needed > available ? available : available / device.slrs;
    list += (list.empty() ? "" : ", ") + rounded(needed) + " of " + rounded(limit) + " " + r.label;
  }
  if (!whole.empty()) return "the design does not fit " + device.name + " by its estimate: " + whole;
  if (region.empty() || device.slrs < 2) return "";
  return "the design exceeds one of the " + std::to_string(device.slrs) + " SLRs of " + device.name +
         " by its estimate (" + region + "): paths between SLRs make timing harder";
}

}  // namespace nac::hls

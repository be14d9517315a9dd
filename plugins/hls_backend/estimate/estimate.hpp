// SPDX-License-Identifier: Apache-2.0
//
// estimate.hpp: what the vendor's tools would report of a model, before any of them has run.
#pragma once
#include <string>
#include <vector>

#include "hls_backend/model/model.hpp"

namespace nac::hls {

/// Which of the vendor's reports is foretold.
enum class stage {
  c_synthesis,     ///< of the HLS tool: what users see first; LUT are counted by operator, before any sharing
  logic_synthesis  ///< after optimisation of the netlist: usually less than half as many LUT
};

struct figure {
  std::string name;
  double value = 0;
  double low = 0, high = 0;  ///< contain nine in ten of the published results of repositories that the fit had not seen
};

/// In this order: lut, ff, dsp, bram_18k, uram, latency_min, latency, latency_max (clocks), latency_ns, interval
/// (clocks), interval_ns, lut_percent, ff_percent, dsp_percent, bram_percent (of the part; NaN if it is not known()).
struct estimates {
  std::vector<figure> all;
  /// Throws std::out_of_range.
  const figure &at(const std::string &name) const;
};

estimates estimate(const model &m, stage which = stage::c_synthesis);

}  // namespace nac::hls

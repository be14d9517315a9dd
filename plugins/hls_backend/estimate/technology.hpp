// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

namespace nac::hls {

/// Delays as the vendor's scheduler counts them, of a 16-bit datapath, and what fits into one clock.
struct technology {
  double clock_ns = 5;       ///< target
  double usable_ns = 4.375;  ///< less the uncertainty
  double add_ns = 0.73;      ///< one level of an adder tree
  double multiply_ns = 3.4;  ///< a product of constants; a DSP slice for wide ones
  bool modern = true;        ///< UltraScale and later; else series 7
  int adds_per_clock() const;
};

/// By the part's name ("xcvu13p...", "u250", "xc7z020..."); unknown families count as UltraScale+.
technology technology_of(const std::string &part, double clock_ns, double uncertainty_share);

}  // namespace nac::hls

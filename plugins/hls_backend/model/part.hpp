// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>

namespace nac::hls {

/// What a device has. All zero but the name: unknown.
struct part {
  std::string name;  ///< as the tools spell it: "xcvu13p-flga2577-2-e"
  int64_t lut = 0, ff = 0, dsp = 0, bram_18k = 0, uram = 0;
  int slrs = 0;  ///< super logic regions; a design in one of them closes timing more easily
  bool known() const { return lut > 0; }
};

/// "u250", "vu13p" or a full part name. A full name of a device without an entry gives a part that is not known().
/// Throws failure (NAC_INVALID_ARGUMENT) with what is accepted for anything else.
part find_part(const std::string &name);

}  // namespace nac::hls

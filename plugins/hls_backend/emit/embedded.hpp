// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "hls_backend/emit/design.hpp"

namespace nac::hls {

/// firmware/nac_utils/*.h and firmware/ap_types/*.h: what every project has, as this source tree had it when the plugin
/// was built (embed.cmake).
const std::vector<file> &embedded_files();

}  // namespace nac::hls

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "hls_backend/estimate/estimate.hpp"

namespace nac::hls {

/// What to tell the user of a design that is larger than its part, or than one super logic region of it, by the
/// estimated values; empty: it fits, or the part is not known().
std::string fit_warning(const estimates &e, const part &device);

}  // namespace nac::hls

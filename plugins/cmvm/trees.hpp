// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "cmvm/builder.hpp"

namespace nac::cmvm {

/// Adds terms up, always two of the shallowest, which gives the lowest depth there is; among those, two that lie
/// lowest. At least one term.
term add_up(builder &b, std::vector<term> terms);

}  // namespace nac::cmvm

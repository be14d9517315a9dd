// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "pipeline/hardware/stage.hpp"

namespace nac::fw {

/// The rows of [[hardware.published]] with the names of the projects that they are beside, in the manifest's order.
/// `unmatched`: networks that are none of the targets, in words.
std::vector<PublishedRow> match_published(const LocalInputs &in, const std::vector<HardwareTarget> &targets,
                                          std::vector<std::string> &unmatched);

}  // namespace nac::fw

// SPDX-License-Identifier: Apache-2.0
//
// groups.hpp: dimensions that are always active together, so that a joint density over them sees complete observations.
#pragma once
#include <cstddef>
#include <vector>

#include "search_common/space_model.hpp"

namespace nac::searching {

/// Partition of the dimensions by equal conditions; parents come before children, both inside and between groups. With
/// `joint` false every dimension is a group of its own. Dimensions with one value are in no group.
std::vector<std::vector<std::size_t>> activation_groups(const space_model &space, bool joint);

}  // namespace nac::searching

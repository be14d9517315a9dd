// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <filesystem>

#include "jet_table.hpp"

namespace jets {

/// Jets of a NumPy archive with the arrays
///   constituents  float [N, slots, 3] or wider: pT in GeV, eta and phi relative to the jet axis, empty slots zero
///   label         integer [N]: 0 g, 1 q, 2 w, 3 z, 4 t
///   split         integer [N], optional: 0 train, 1 validation, 2 test
///   event         integer [N], optional: jets of one event share it
/// Without split the events are split 80/10/10 by hash; with it, a missing test (or validation) split is carved out of
/// the training events. Jets without event numbers are grouped by identity.
JetTable read_npz_jets(const std::filesystem::path &path, int64_t constituents, double min_pt);

}  // namespace jets

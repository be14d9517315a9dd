// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "jet_table.hpp"

namespace jets {

/// Gives jets of part kOpen a split by the hash of their group: 80 % train, 10 % validation, 10 % test.
void split_by_group(JetTable &table);

/// Moves about one group in ten from the training split to `to`, chosen by the hash of the group.
void carve_from_training(JetTable &table, Part to);

/// Makes the splits honest: drops a training jet when its group or an identical jet is in validation or test, and a
/// validation jet when that is in test. Says how many in the notes. Throws when this costs more than half of a split
/// (then the groups do not mean what they should) and when a split is empty.
void remove_shared(JetTable &table);

}  // namespace jets

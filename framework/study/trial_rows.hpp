// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "study/database.hpp"
#include "study/study.hpp"

namespace nac::fw {

/// Parts of a transaction: the row of a trial with its values and the transition; its epochs instead of those there
/// are.
void change_trial(Database &database, const Trial &trial);
void write_epochs(Database &database, uint64_t trial, const std::vector<Study::EpochRow> &epochs);

}  // namespace nac::fw

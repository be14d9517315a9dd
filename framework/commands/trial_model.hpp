// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "study/study.hpp"

namespace nac::fw {

/// Study::model for a trial number as typed. Throws UsageError for a number that is none or unknown.
std::string trial_model(const Study &study, const std::string &number);

}  // namespace nac::fw

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "study/study.hpp"

namespace nac::fw {

/// The ONNX bytes of a trial, or of the trial it duplicates. Throws UsageError for a number that is none or unknown,
/// Error for a trial without a network, saying why.
std::string trial_model(const Study &study, const std::string &number);

}  // namespace nac::fw

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "study/study.hpp"

namespace nac::fw {

/// Study::model for a trial number as typed. Throws UsageError for a number that is none or unknown.
std::string trial_model(const Study &study, const std::string &number);

/// The bytes of an ONNX file, or of the stored model of "STUDY:TRIAL".
std::string read_model(const std::string &name);

}  // namespace nac::fw

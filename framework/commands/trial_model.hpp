// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "study/study.hpp"

namespace nac::fw {

/// As a trial: what `nac choose` picked.
inline constexpr const char *kChosen = "chosen";

/// Study::model for a trial number as typed, or the training form of the chosen network for kChosen. Throws UsageError
/// for what is neither, or unknown.
std::string trial_model(const Study &study, const std::string &number);

/// A model as a command line names it.
struct NamedModel {
  std::string name;      ///< for messages
  std::string stem;      ///< what is written of it is called so: "trial-12", "chosen", or that of the file
  std::string bytes;     ///< ONNX
  bool is_file = false;  ///< not of a study
};
/// "STUDY" and "TRIAL", "STUDY:TRIAL" (trial "": one of the latter two), or an ONNX file. Throws UsageError for a
/// folder alone.
NamedModel read_named_model(const std::string &model, const std::string &trial);

/// The bytes of an ONNX file, or of the stored model of "STUDY:TRIAL" or "STUDY:chosen".
std::string read_model(const std::string &name);

}  // namespace nac::fw

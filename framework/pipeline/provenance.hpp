// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "engine/engine.hpp"
#include "manifest/experiment.hpp"
#include "pipeline/ports.hpp"
#include "study/study.hpp"

namespace nac::fw {

/// Writes down what a study is made with, so that its report needs nothing else and a later run can compare. A study
/// that has this already is compared first: differences that change what the same trials would give are an Error with
/// the first of them, others come back as warnings, one line each.
std::vector<std::string> record_provenance(const Experiment &experiment, const TaskPort &task,
                                           const std::vector<StudyPlugin> &plugins, const EngineInfo &engine,
                                           Study &study);

/// Writes down LibTorch beside the engine of most networks, once it is loaded for one. A warning, or empty, as above.
std::string record_other_engine(const EngineInfo &torch, Study &study);

/// Throws Error (NAC_FAILED_PRECONDITION) where the networks of another study were measured with another
/// [search.quantize] than those of this experiment; what a pass searches is in the points.
void require_same_quantization(const Experiment &experiment, const Study &earlier);

}  // namespace nac::fw

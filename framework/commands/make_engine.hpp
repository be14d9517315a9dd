// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "engine/chosen_engine.hpp"

namespace nac::fw {

/// The engines of this program behind a choice among them; `note` and `torch_loaded` as in EngineParts.
std::unique_ptr<Engine> make_engine(EngineChoice choice, std::function<void(const std::string &)> note = {},
                                    std::function<void(const EngineInfo &)> torch_loaded = {});

/// What to tell people about the BLAS that LibTorch runs on; empty when it is a good one.
std::string blas_warning(const EngineInfo &torch);

}  // namespace nac::fw

// SPDX-License-Identifier: Apache-2.0
#include "commands/make_engine.hpp"

#include "fused/fused_engine.hpp"

namespace nac::fw {

std::unique_ptr<Engine> make_engine(EngineChoice choice, std::function<void(const std::string &)> note,
                                    std::function<void(const EngineInfo &)> torch_loaded) {
  return std::make_unique<ChosenEngine>(
      choice, EngineParts{fused_engine(), torch_engine, gpu_may_exist, std::move(note), std::move(torch_loaded)});
}

std::string blas_warning(const EngineInfo &torch) {
  if (!torch.reference_blas) return {};
  return "LibTorch runs on the reference BLAS, which is 2 to 8 times slower; install libopenblas0-pthread";
}

}  // namespace nac::fw

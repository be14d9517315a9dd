// SPDX-License-Identifier: Apache-2.0
#include "torch/blas.hpp"

#include <dlfcn.h>

#include <filesystem>
#include <sstream>
#include <string>

namespace nac::fw::libtorch {
namespace {

/// A library that is mapped already, or null; dlopen counts references only.
void *mapped(const char *path) { return dlopen(path, RTLD_LAZY | RTLD_NOLOAD); }

/// "OpenBLAS 0.3.21 NO_LAPACKE ..." to "OpenBLAS 0.3.21".
std::string first_two_words(const char *text) {
  std::istringstream stream(text);
  std::string a, b;
  stream >> a >> b;
  return b.empty() ? a : a + " " + b;
}

}  // namespace

BlasInfo find_blas() {
  Dl_info self{};
  if (dladdr(reinterpret_cast<void *>(&find_blas), &self) == 0 || self.dli_fname == nullptr) return {"unknown", false};
  // A handle of this library searches it and what it depends on, in the order that LibTorch's calls are bound in.
  void *here = mapped(self.dli_fname);
  void *sgemm = here != nullptr ? dlsym(here, "sgemm_") : nullptr;
  if (sgemm == nullptr) sgemm = dlsym(RTLD_DEFAULT, "sgemm_");
  Dl_info found{};
  if (sgemm == nullptr || dladdr(sgemm, &found) == 0 || found.dli_fname == nullptr)
    return {"built into LibTorch", false};

  void *library = mapped(found.dli_fname);
  if (library == nullptr) return {std::string("unknown (") + found.dli_fname + ")", false};
  using Text = const char *(*)();
  if (void *config = dlsym(library, "openblas_get_config"))
    return {first_two_words(reinterpret_cast<Text>(config)()), false};
  if (void *version = dlsym(library, "bli_info_get_version_str"))
    return {std::string("BLIS ") + reinterpret_cast<Text>(version)(), false};
  if (dlsym(library, "MKL_Get_Version") != nullptr) return {"MKL", false};
  if (dlsym(library, "ATL_buildinfo") != nullptr) return {"ATLAS", false};
  std::error_code error;
  const std::filesystem::path real = std::filesystem::canonical(found.dli_fname, error);
  const std::string file = (error ? std::filesystem::path(found.dli_fname) : real).filename().string();
  if (file.rfind("libblas", 0) == 0) return {"reference BLAS (" + file + ")", true};
  return {file, false};
}

}  // namespace nac::fw::libtorch

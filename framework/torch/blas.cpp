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

/// The library that has the sgemm_ which LibTorch is bound to; null handle: none or built in.
struct Found {
  void *library = nullptr;
  std::string path;
};

Found library_of_sgemm() {
  Dl_info self{};
  if (dladdr(reinterpret_cast<void *>(&find_blas), &self) == 0 || self.dli_fname == nullptr) return {};
  // A handle of this library searches it and what it depends on, in the order that LibTorch's calls are bound in.
  void *here = mapped(self.dli_fname);
  void *sgemm = here != nullptr ? dlsym(here, "sgemm_") : nullptr;
  if (sgemm == nullptr) sgemm = dlsym(RTLD_DEFAULT, "sgemm_");
  Dl_info found{};
  if (sgemm == nullptr || dladdr(sgemm, &found) == 0 || found.dli_fname == nullptr) return {};
  return {mapped(found.dli_fname), found.dli_fname};
}

}  // namespace

BlasInfo find_blas() {
  const auto [library, path] = library_of_sgemm();
  if (path.empty()) return {"built into LibTorch"};
  if (library == nullptr) return {"unknown (" + path + ")"};
  using Text = const char *(*)();
  using Number = int (*)();
  if (void *config = dlsym(library, "openblas_get_config")) {
    BlasInfo info{first_two_words(reinterpret_cast<Text>(config)())};
    void *parallel = dlsym(library, "openblas_get_parallel");
    info.concurrent = parallel == nullptr || reinterpret_cast<Number>(parallel)() != 0;
    return info;
  }
  if (void *version = dlsym(library, "bli_info_get_version_str"))
    return {std::string("BLIS ") + reinterpret_cast<Text>(version)()};
  if (dlsym(library, "MKL_Get_Version") != nullptr) return {"MKL"};
  if (dlsym(library, "ATL_buildinfo") != nullptr) return {"ATLAS"};
  std::error_code error;
  const std::filesystem::path real = std::filesystem::canonical(path, error);
  const std::string file = (error ? std::filesystem::path(path) : real).filename().string();
  if (file.rfind("libblas", 0) == 0) return {"reference BLAS (" + file + ")", true};
  return {file};
}

void limit_blas_threads() {
  const Found found = library_of_sgemm();
  if (found.library == nullptr) return;
  if (void *limit = dlsym(found.library, "openblas_set_num_threads")) reinterpret_cast<void (*)(int)>(limit)(1);
}

}  // namespace nac::fw::libtorch

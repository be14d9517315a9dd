// SPDX-License-Identifier: Apache-2.0
#include <dlfcn.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "engine/engine.hpp"

namespace nac::fw {
namespace {

constexpr const char *kLibrary = "libnac-torch.so";

/// Folder of the running program, empty when the system does not tell.
std::filesystem::path program_folder() {
  std::error_code error;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? std::filesystem::path() : program.parent_path();
}

/// Where the library may be, the most specific place first. NAC_ENGINE_PATH is a file or a folder, and then the only
/// place: who sets it wants that engine or a message.
std::vector<std::filesystem::path> candidates() {
  namespace fs = std::filesystem;
  std::error_code error;
  if (const char *wanted = std::getenv("NAC_ENGINE_PATH"); wanted != nullptr && *wanted != '\0') {
    const fs::path path(wanted);
    return {fs::is_directory(path, error) ? path / kLibrary : path};
  }
  const fs::path folder = program_folder();
  if (folder.empty()) return {};
  return {(folder / ".." / "lib" / "nac" / kLibrary).lexically_normal(), folder / kLibrary};
}

Engine &load() {
  const std::vector<std::filesystem::path> places = candidates();
  std::string tried;
  for (const std::filesystem::path &place : places) {
    std::error_code error;
    if (!std::filesystem::exists(place, error)) {
      tried += "\n  " + place.string() + ": no such file";
      continue;
    }
    // Never unloaded: LibTorch keeps threads and statics that must outlive every caller.
    void *library = dlopen(place.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (library == nullptr) {
      const char *reason = dlerror();
      throw Error("cannot load the training engine " + place.string() + ": " +
                      (reason != nullptr ? reason : "no reason given") +
                      "\nInstall LibTorch (Debian: apt-get install libtorch1.13 libopenblas0-pthread) or rebuild",
                  NAC_FAILED_PRECONDITION);
    }
    void *symbol = dlsym(library, kEngineSymbol);
    if (symbol == nullptr)
      throw Error(place.string() + " is no training engine: it does not export " + kEngineSymbol,
                  NAC_FAILED_PRECONDITION);
    Engine *engine = reinterpret_cast<EngineFactory>(symbol)();
    if (engine == nullptr)
      throw Error("the training engine " + place.string() + " could not start", NAC_FAILED_PRECONDITION);
    return *engine;
  }
  throw Error("found no training engine; looked at:" + (tried.empty() ? " nothing, /proc is not mounted" : tried) +
                  "\nBuild with -DNAC_TORCH=ON (needs libtorch-dev), or set NAC_ENGINE_PATH to " + kLibrary,
              NAC_FAILED_PRECONDITION);
}

}  // namespace

Engine &torch_engine() {
  static std::mutex mutex;
  static Engine *engine = nullptr;
  const std::lock_guard lock(mutex);
  if (engine == nullptr) engine = &load();
  return *engine;
}

}  // namespace nac::fw

// SPDX-License-Identifier: Apache-2.0
// Ways of not finding an engine. That a good one loads is tested with the engine.
#include <stdlib.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "base/error.hpp"
#include "engine/engine.hpp"

using Catch::Matchers::Contains;
using nac::fw::torch_engine;

namespace {

struct EnginePath {
  explicit EnginePath(const std::string &value) { setenv("NAC_ENGINE_PATH", value.c_str(), 1); }
  ~EnginePath() { unsetenv("NAC_ENGINE_PATH"); }
};

}  // namespace

TEST_CASE("a missing engine is reported with the places") {
  const EnginePath path("/nowhere/engine.so");
  CHECK_THROWS_WITH(torch_engine(), Contains("/nowhere/engine.so: no such file") && Contains("NAC_ENGINE_PATH"));
}

TEST_CASE("a folder is searched for the library's name") {
  const EnginePath path(std::filesystem::temp_directory_path().string());
  CHECK_THROWS_WITH(torch_engine(), Contains("libnac-torch.so: no such file"));
}

TEST_CASE("a file that is no library is reported") {
  std::string name = (std::filesystem::temp_directory_path() / "nac-no-library-XXXXXX").string();
  const int file = mkstemp(name.data());
  REQUIRE(file >= 0);
  std::ofstream(name) << "not an ELF file, but long enough to be taken for something: 0123456789012345678901234567890";
  {
    const EnginePath path(name);
    CHECK_THROWS_WITH(torch_engine(), Contains("cannot load") && Contains(name));
  }
  std::filesystem::remove(name);
}

TEST_CASE("a library that is no engine is reported") {
  // Any shared library will do; the C++ library is mapped into every program here.
  std::ifstream maps("/proc/self/maps");
  std::string line, library;
  while (library.empty() && std::getline(maps, line))
    if (line.find("libstdc++.so") != std::string::npos) library = line.substr(line.find('/'));
  REQUIRE_FALSE(library.empty());
  const EnginePath path(library);
  CHECK_THROWS_WITH(torch_engine(), Contains("does not export nac_engine_v1"));
}

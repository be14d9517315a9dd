// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "hls_backend/emit/design.hpp"
#include "nac/cpp/backend.hpp"

namespace nac::hls {

/// The C++ compiler of this machine: $CXX (which may hold arguments), else g++, c++ or clang++ from PATH.
struct compiler {
  std::vector<std::string> words;  ///< program with its full path, and arguments
  std::string version;             ///< first line of --version
};

/// Throws failure (NAC_UNAVAILABLE) that names what was looked for. `scratch`: a folder for a small file.
compiler find_compiler(const std::string &scratch, const work &call);

/// Flags of a simulation; `source_bytes`: size of its sources.
std::vector<std::string> simulation_flags(const compiler &c, std::size_t source_bytes);

/// First line of a compiler's or linker's output that states an error; its last line when none does.
std::string first_error(const std::string &log);

}  // namespace nac::hls

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nac::fw {

/// A symbol that a shared library offers to others.
struct ElfExport {
  std::string name;
  bool is_object = false;  ///< data; false: code or anything else
  uint64_t size = 0;
};

/// What the dynamic loader would see of a shared library, read from its bytes without running any of its code.
struct ElfFacts {
  std::vector<ElfExport> exports;   ///< defined and visible; the linker's own marks such as _init left out
  std::vector<std::string> needed;  ///< DT_NEEDED, in order
  bool executable_stack = false;
};

/// Throws Error with the reason, in words that follow "the file": "is no ELF file", "is truncated", "was built for
/// AArch64, this program for x86-64". Every offset is checked; no input crashes it.
ElfFacts read_elf(std::string_view bytes);

}  // namespace nac::fw

// SPDX-License-Identifier: Apache-2.0
//
// Read from the file's bytes; no code of the plugin runs.
#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "plugin/elf_file.hpp"
#include "plugin/precheck.hpp"
#include "services/files.hpp"
#include "verify/check.hpp"

namespace nac::fw::verify {

namespace {
void file_is_elf(Subject &subject) {
  try {
    read_elf(read_file(subject.path));
  } catch (const Error &e) {
    throw Failed(fmt::format("the file {}", e.what()));
  }
}

void exports_entry(Subject &subject) {
  const Precheck file = precheck(subject.path);
  const bool about_links = !file.host_libraries.empty() && file.refusal.rfind("it is linked with", 0) == 0;
  if (!file.refusal.empty() && !about_links) throw Failed(file.refusal);
}

void exports_only_entry(Subject &subject) {
  const Precheck file = precheck(subject.path);
  if (!file.other_exports.empty()) throw Warned(fmt::format("{}", fmt::join(file.warnings, "; ")));
}

void links_no_host_library(Subject &subject) {
  const Precheck file = precheck(subject.path);
  if (!file.host_libraries.empty())
    throw Failed(fmt::format("it is linked with {}, which the host has a copy of; two in one process break each other",
                             fmt::join(file.host_libraries, ", ")));
}

void no_executable_stack(Subject &subject) {
  if (precheck(subject.path).executable_stack)
    throw Failed("it makes the stack of the whole program executable; link with -Wl,-z,noexecstack");
}
}  // namespace

std::vector<Check> file_checks() {
  return {
      {"library", "file-is-elf", "", Scope::file, file_is_elf, "the file is a shared library for this machine"},
      {"library", "exports-entry", "file-is-elf", Scope::file, exports_entry, "it exports nac_plugin_v1 as data"},
      {"library", "exports-only-entry", "exports-entry", Scope::file, exports_only_entry,
       "it exports nothing else (warning)"},
      {"library", "links-no-host-library", "file-is-elf", Scope::file, links_no_host_library,
       "it is not linked with LibTorch, oneTBB, protobuf, OpenMP or Python"},
      {"library", "no-executable-stack", "file-is-elf", Scope::file, no_executable_stack,
       "the stack stays without code"},
  };
}

}  // namespace nac::fw::verify

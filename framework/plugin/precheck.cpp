// SPDX-License-Identifier: Apache-2.0
#include "plugin/precheck.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <system_error>

#include "base/error.hpp"
#include "nac/plugin.h"
#include "plugin/elf_file.hpp"
#include "services/files.hpp"
#include "services/nearest.hpp"
#include "services/sha256.hpp"
#include "services/utf8.hpp"

namespace nac::fw {
namespace {

constexpr std::string_view kEntryPrefix = "nac_plugin_v";

struct HostLibrary {
  std::string_view prefix;  ///< of the file name in DT_NEEDED
  std::string_view why;
};
// A second copy, or a second user, of these in one process breaks the first.
constexpr std::array<HostLibrary, 6> kHostLibraries = {{
    {"libtorch", "LibTorch belongs to the host's engine; describe the model with nac.graph/1"},
    {"libc10", "LibTorch belongs to the host's engine; describe the model with nac.graph/1"},
    {"libtbb", "threads are the host's; use nac.parallel/1"},
    {"libprotobuf", "two copies of protobuf clash; use to_onnx of nac.graph/1"},
    {"libonnx", "it brings protobuf, which clashes with the host's; use to_onnx of nac.graph/1"},
    {"libpython", "an interpreter in the host's process owns its signals and threads; run it as a program of its own"},
}};

/// "" or why the file cannot be read as one.
std::string unreadable(const std::filesystem::path &path, std::string &bytes) {
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(path, error);
  if (status.type() == std::filesystem::file_type::not_found) return "the file does not exist";
  if (error) return fmt::format("the file cannot be read: {}", error.message());
  if (!std::filesystem::is_regular_file(status)) return "it is no regular file";
  try {
    bytes = read_file(path);
  } catch (const Error &e) {
    return e.what();
  }
  return bytes.empty() ? "the file is empty" : "";
}

std::string entry_refusal(const std::vector<ElfExport> &exports, const std::vector<std::string> &entries) {
  const std::string wanted = fmt::format("{}{}", kEntryPrefix, NAC_ABI_MAJOR);
  if (entries.empty())
    return fmt::format(
        "it does not export {}, so it is no nac plugin (or it was linked without the version script of "
        "nac_add_plugin, or in C++ without the extern declaration of nac/plugin.h)",
        wanted);
  const auto entry = std::find_if(exports.begin(), exports.end(), [&](const ElfExport &e) { return e.name == wanted; });
  if (entry == exports.end())
    return fmt::format("it exports {}, this host speaks {}; rebuild it against the nac/plugin.h of this host",
                       fmt::join(entries, " and "), wanted);
  if (!entry->is_object) return fmt::format("{} is no data object; it must be a nac_plugin", wanted);
  if (entry->size < NAC_SIZE_THROUGH(nac_plugin, create))
    return fmt::format("{} has {} bytes, a nac_plugin at least {}", wanted, entry->size,
                       NAC_SIZE_THROUGH(nac_plugin, create));
  return "";
}

}  // namespace

Precheck precheck(const std::filesystem::path &path) {
  Precheck out;
  out.path = std::filesystem::absolute(path).lexically_normal();
  std::string bytes;
  out.refusal = unreadable(out.path, bytes);
  if (!out.refusal.empty()) return out;
  out.size = bytes.size();
  out.sha256 = sha256_hex(bytes);

  ElfFacts facts;
  try {
    facts = read_elf(bytes);
  } catch (const Error &e) {
    out.refusal = fmt::format("the file {}", e.what());
    return out;
  }
  out.executable_stack = facts.executable_stack;
  for (const std::string &name : facts.needed) out.needed.push_back(printable(name));
  for (const ElfExport &e : facts.exports)
    (e.name.rfind(kEntryPrefix, 0) == 0 ? out.entries : out.other_exports).push_back(printable(e.name));
  if (!out.other_exports.empty()) {
    const std::vector<std::string> first(
        out.other_exports.begin(),
        out.other_exports.begin() + std::min<std::ptrdiff_t>(3, std::ssize(out.other_exports)));
    out.warnings.push_back(fmt::format(
        "it exports {} symbols besides its entry ({}{}): other plugins may get bound to them; link with the "
        "version script of nac_add_plugin",
        out.other_exports.size(), quoted_list(first), out.other_exports.size() > 3 ? ", ..." : ""));
  }
  if (out.executable_stack) out.warnings.emplace_back("it asks for an executable stack; link with -Wl,-z,noexecstack");

  out.refusal = entry_refusal(facts.exports, out.entries);
  for (const std::string &name : out.needed) {
    if (name.rfind("libgomp", 0) == 0 || name.rfind("libomp", 0) == 0)
      out.warnings.push_back(
          fmt::format("it is linked with {}, whose threads compete with the host's; use nac.parallel/1", name));
    for (const HostLibrary &library : kHostLibraries)
      if (name.rfind(library.prefix, 0) == 0) {
        out.host_libraries.push_back(name);
        if (out.refusal.empty()) out.refusal = fmt::format("it is linked with {}: {}", name, library.why);
      }
  }
  return out;
}

}  // namespace nac::fw

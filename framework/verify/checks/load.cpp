// SPDX-License-Identifier: Apache-2.0
//
// Loading runs static constructors, so it is watched like a call.
#include <fmt/format.h>

#include <chrono>

#include "plugin/descriptor_check.hpp"
#include "services/utf8.hpp"
#include "verify/check.hpp"
#include "verify/process_state.hpp"

namespace nac::fw::verify {

namespace {
void loads_now_local(Subject &subject) { subject.load(); }

void load_time(Subject &subject) {
  const auto start = std::chrono::steady_clock::now();
  subject.load();
  const double ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
  if (ms > 100) throw Warned(fmt::format("loading took {:.0f} ms; `nac plugin list` waits for it", ms));
}

void load_keeps_fp_mode(Subject &subject) {
  const std::string before = ProcessState::now().fp_mode;
  subject.load();
  const std::string after = ProcessState::now().fp_mode;
  if (after != before)
    throw Failed(
        fmt::format("loading changes the floating point mode of the program from {} to {}; was it linked with "
                    "-ffast-math or -Ofast?",
                    before, after));
}

void load_keeps_process(Subject &subject) {
  const ProcessState before = ProcessState::now();
  subject.load();
  const std::vector<std::string> changes = differences(before, ProcessState::now());
  if (!changes.empty()) throw Failed(fmt::format("loading: {}", fmt::join(changes, "; ")));
}

void static_init_silent(Subject &subject) {
  const std::size_t threads = ProcessState::now().threads;
  const OutputWatch out(1), err(2);
  subject.load();
  for (const auto &[name, text] : {std::pair("standard output", out.text()), std::pair("standard error", err.text())})
    if (!text.empty()) throw Failed(fmt::format("loading writes to {}: {}", name, printable(text)));
  if (ProcessState::now().threads > threads) throw Failed("loading starts a thread");
}

/// Refused by the entry struct's numbers before any other member is read.
void entry_numbers(Subject &subject, bool good, uint32_t minor = NAC_ABI_MINOR) {
  if (!good) throw Failed(entry_problem(subject.plugin(), minor));
}

void struct_size(Subject &subject) {
  const nac_plugin &plugin = subject.load();
  entry_numbers(subject, NAC_HAS(&plugin, nac_plugin, create));
  if (plugin.struct_size > 1u << 16)
    throw Failed(fmt::format("struct_size is {}, which no table will ever have; it must be sizeof(nac_plugin)",
                             plugin.struct_size));
}

void abi_major(Subject &subject) {
  const nac_plugin &plugin = subject.load();
  entry_numbers(subject, plugin.abi.major == NAC_ABI_MAJOR);
}

void required_minor(Subject &subject) {
  const nac_plugin &plugin = subject.load();
  entry_numbers(subject, plugin.required_minor <= NAC_ABI_MINOR);
  if (plugin.required_minor > plugin.abi.minor)
    throw Failed(fmt::format("required_minor {} is above the minor {} of the headers it was compiled with",
                             plugin.required_minor, plugin.abi.minor));
}
}  // namespace

std::vector<Check> load_checks() {
  return {
      {"library", "loads-now-local", "exports-entry", Scope::file, loads_now_local,
       "it loads with every symbol resolved at once (RTLD_NOW | RTLD_LOCAL)"},
      {"library", "load-time", "loads-now-local", Scope::file, load_time, "it loads within 100 ms (warning)"},
      {"library", "load-keeps-fp-mode", "loads-now-local", Scope::file, load_keeps_fp_mode,
       "loading leaves rounding and denormals as they were"},
      {"library", "load-keeps-locale-cwd-signals-fds", "loads-now-local", Scope::file, load_keeps_process,
       "loading leaves locale, current folder, umask, signal handlers and open files as they were"},
      {"library", "static-init-silent", "loads-now-local", Scope::file, static_init_silent,
       "loading prints nothing and starts no thread"},
      {"library", "struct-size", "loads-now-local", Scope::file, struct_size, "the entry struct has all of ABI 1.0"},
      {"library", "abi-major", "struct-size", Scope::file, abi_major, "the major version inside is that of the symbol"},
      {"library", "required-minor", "abi-major", Scope::file, required_minor, "this host is new enough for it"},
  };
}

}  // namespace nac::fw::verify

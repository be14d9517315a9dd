// SPDX-License-Identifier: Apache-2.0
#include "plugin/library.hpp"

#include <fmt/format.h>

#include <boost/dll/shared_library.hpp>
#include <string_view>
#include <vector>

#include "plugin/descriptor_check.hpp"
#include "plugin/guard.hpp"
#include "services/fp_control.hpp"
#include "services/log.hpp"
#include "services/utf8.hpp"

namespace nac::fw {
namespace {

/// Nothing is ever unmapped: deleters, exceptions and threads of a plugin may outlive every object the host knows, and
/// many libraries cannot be unmapped at all. Not destroyed at exit either.
void keep_for_ever(boost::dll::shared_library file, std::shared_ptr<Library> library) {
  struct Kept {
    std::mutex mutex;
    std::vector<boost::dll::shared_library> files;
    std::vector<std::shared_ptr<Library>> libraries;
  };
  static Kept *const kept = new Kept;
  const std::lock_guard lock(kept->mutex);
  if (file.is_loaded()) kept->files.push_back(std::move(file));
  if (library) kept->libraries.push_back(std::move(library));
}

/// The loader's words without Boost's preamble and the path, which the caller adds.
std::string loader_reason(const std::exception &e, const std::filesystem::path &path) {
  std::string text = printable(e.what());
  const std::string preamble = "boost::dll::shared_library::load() failed: ";
  if (const std::size_t at = text.find(preamble); at != std::string::npos) text.erase(0, at + preamble.size());
  const std::string own = path.string() + ": ";
  if (text.rfind(own, 0) == 0) text.erase(0, own.size());
  return text;
}

boost::dll::shared_library map_file(const std::filesystem::path &path) {
  boost::dll::shared_library file;
  const FpScope fp;
  try {
    file.load(path, boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local);
  } catch (const std::exception &e) {
    throw Error(fmt::format("it cannot be loaded: {}", loader_reason(e, path)), NAC_FAILED_PRECONDITION);
  }
  if (fp.changed()) {
    const std::string changed = fp.difference();
    keep_for_ever(std::move(file), nullptr);
    throw Error(fmt::format("loading it changes {} of the program; build it without -ffast-math and -Ofast", changed),
                NAC_FAILED_PRECONDITION);
  }
  return file;
}

std::string descriptors_refusal(const nac_plugin &plugin) {
  std::string text;
  for (const DescriptorProblem &p : validate_descriptors(plugin)) {
    if (!text.empty()) text += "; ";
    text += p.id.empty() ? p.what : fmt::format("object {}: {}", p.id, p.what);
  }
  return text;
}

}  // namespace

std::shared_ptr<Library> Library::open(const Precheck &checked, Host::Options host) {
  if (!checked.refusal.empty()) throw Error(checked.refusal, NAC_FAILED_PRECONDITION);
  boost::dll::shared_library file = map_file(checked.path);
  const std::string symbol = fmt::format("nac_plugin_v{}", NAC_ABI_MAJOR);
  const nac_plugin *plugin = nullptr;
  try {
    plugin = &file.get<const nac_plugin>(symbol);
  } catch (const std::exception &e) {
    keep_for_ever(std::move(file), nullptr);
    throw Error(fmt::format("it has no {}: {}", symbol, loader_reason(e, checked.path)), NAC_FAILED_PRECONDITION);
  }
  std::shared_ptr<Library> library(new Library);
  keep_for_ever(std::move(file), library);
  const uint32_t minor = host.minor;
  std::string refusal = entry_problem(*plugin, minor);
  if (refusal.empty()) refusal = descriptors_refusal(*plugin);
  if (!refusal.empty()) throw Error(refusal, NAC_FAILED_PRECONDITION);
  library->path_ = checked.path;
  library->sha256_ = checked.sha256;
  library->plugin_ = plugin;
  // Log lines name the object where there is only one, else the file.
  if (host.plugin == Host::Options().plugin)
    host.plugin = plugin->descriptors[1] == nullptr ? plugin->descriptors[0]->id : checked.path.filename().string();
  library->host_ = std::make_unique<Host>(std::move(host));
  return library;
}

void Library::init() {
  const CallResult result =
      guarded_call(&serial_lock_, [&](nac_error *err) { return plugin_->init(host_->get(), path_.c_str(), err); });
  if (result.status != NAC_OK) throw Error(fmt::format("its init failed: {}", result.message), result.status);
}

void Library::deinit() {
  if (live_objects_ > 0) {
    log(NAC_LOG_HOST_MISBEHAVING, host_->plugin(),
        fmt::format("{} objects are still alive, so deinit is not called", live_objects_.load()));
    return;
  }
  std::string why;
  if (!guarded_plain_call(
          &serial_lock_, [&] { plugin_->deinit(); }, &why))
    log(NAC_LOG_ERROR, host_->plugin(), "deinit: " + why);
  host_->close();
}

}  // namespace nac::fw

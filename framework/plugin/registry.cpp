// SPDX-License-Identifier: Apache-2.0
#include "plugin/registry.hpp"

#include <fmt/format.h>

#include <map>

#include "base/error.hpp"
#include "plugin/descriptor_check.hpp"
#include "plugin/discovery.hpp"
#include "plugin/library.hpp"
#include "plugin/lookup.hpp"
#include "plugin/precheck.hpp"

namespace nac::fw {

std::string PluginObject::short_name() const {
  const std::string id = descriptor->id;
  return id.substr(id.rfind('.') + 1);
}

struct Registry::State {
  std::vector<std::filesystem::path> searched;
  std::vector<RefusedPlugin> refused;
  std::vector<PluginWarning> warnings;
  std::vector<std::shared_ptr<Library>> libraries;  ///< initialized, in order
  std::vector<PluginObject> objects;
  std::map<std::string, std::filesystem::path> owner_of_id;

  void load(const std::filesystem::path &path) {
    const Precheck checked = precheck(path);
    try {
      const std::shared_ptr<Library> library = Library::open(checked);
      std::vector<PluginObject> offered = unshadowed(library);
      if (offered.empty()) return;
      library->init();
      libraries.push_back(library);
      for (PluginObject &object : offered) {
        owner_of_id[object.descriptor->id] = library->path();
        objects.push_back(std::move(object));
      }
      for (const std::string &w : checked.warnings) warnings.push_back({checked.path, w});
    } catch (const Error &e) {
      refused.push_back({checked.path, "", e.what()});
    }
  }

  /// The objects of a library that no file before it has; the others are recorded.
  std::vector<PluginObject> unshadowed(const std::shared_ptr<Library> &library) {
    std::vector<PluginObject> offered;
    for (std::size_t i = 0; library->plugin().descriptors[i] != nullptr; ++i) {
      const nac_descriptor *d = library->plugin().descriptors[i];
      const auto owner = owner_of_id.find(d->id);
      if (owner != owner_of_id.end()) {
        refused.push_back(
            {library->path(), d->id,
             fmt::format("shadowed by {}, which is found first and has the same id", owner->second.string())});
      } else if (!kind_is_known(d->kind)) {
        refused.push_back({library->path(), d->id, fmt::format("its kind \"{}\" is not known to this host", d->kind)});
      } else {
        offered.push_back({library, d});
      }
    }
    return offered;
  }
};

Registry::Registry(const DiscoveryOptions &options) : state_(std::make_unique<State>()) {
  Discovery found = discover(options);
  state_->searched = std::move(found.searched);
  state_->refused = std::move(found.refused);
  for (const std::filesystem::path &file : found.files) state_->load(file);
}

Registry::~Registry() {
  for (std::size_t i = state_->libraries.size(); i-- > 0;) state_->libraries[i]->deinit();
}

const std::vector<PluginObject> &Registry::objects() const { return state_->objects; }
const std::vector<RefusedPlugin> &Registry::refused() const { return state_->refused; }
const std::vector<PluginWarning> &Registry::warnings() const { return state_->warnings; }
const std::vector<std::filesystem::path> &Registry::searched() const { return state_->searched; }

const PluginObject *Registry::try_find(const std::string &kind, const std::string &name) const {
  const std::vector<const PluginObject *> matches = matching_objects(state_->objects, kind, name);
  return matches.size() == 1 ? matches.front() : nullptr;
}

const PluginObject &Registry::find(const std::string &kind, const std::string &name) const {
  const std::vector<const PluginObject *> matches = matching_objects(state_->objects, kind, name);
  if (matches.size() == 1) return *matches.front();
  throw UsageError(matches.empty() ? not_found_message(*this, kind, name) : ambiguous_message(matches, name));
}

}  // namespace nac::fw

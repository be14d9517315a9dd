// SPDX-License-Identifier: Apache-2.0
#include "plugin/lookup.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "services/nearest.hpp"

namespace nac::fw {
namespace {

/// Whether a refused file or object could have been the one: by its id, or by a file name such as nac-<name>.so, where
/// '-' and '_' are the same.
bool may_be(const RefusedPlugin &refused, const std::string &name) {
  const auto folded = [](std::string text) {
    std::replace(text.begin(), text.end(), '_', '-');
    return text;
  };
  const auto last_part = [](const std::string &id) { return id.substr(id.rfind('.') + 1); };
  const std::string wanted = folded(last_part(name));
  if (!refused.id.empty()) return refused.id == name || folded(last_part(refused.id)) == wanted;
  const std::string stem = folded(refused.path.stem().string());
  return stem == wanted || stem == "nac-" + wanted ||
         (stem.size() > wanted.size() &&
          stem.compare(stem.size() - wanted.size() - 1, std::string::npos, "-" + wanted) == 0);
}

}  // namespace

std::string kind_word(const std::string &kind) {
  const std::size_t dot = kind.find('.') + 1;
  return kind.substr(dot, kind.find('/') - dot);
}

std::vector<const PluginObject *> matching_objects(const std::vector<PluginObject> &objects, const std::string &kind,
                                                   const std::string &name) {
  std::vector<const PluginObject *> by_id, by_short_name;
  for (const PluginObject &object : objects) {
    if (object.descriptor->kind != kind) continue;
    if (object.descriptor->id == name) by_id.push_back(&object);
    if (object.short_name() == name) by_short_name.push_back(&object);
  }
  return by_id.empty() ? by_short_name : by_id;
}

std::string ambiguous_message(const std::vector<const PluginObject *> &matches, const std::string &name) {
  std::vector<std::string> ids;
  for (const PluginObject *object : matches) ids.emplace_back(object->descriptor->id);
  return fmt::format("{} plugin name '{}' is ambiguous; write the full id: {}", kind_word(matches[0]->descriptor->kind),
                     name, quoted_list(ids));
}

std::string not_found_message(const Registry &registry, const std::string &kind, const std::string &name) {
  const std::string word = kind_word(kind);
  std::vector<std::string> names, offered;
  std::string other;
  for (const PluginObject &object : registry.objects()) {
    const std::string id = object.descriptor->id;
    if (object.descriptor->kind == kind) {
      names.push_back(object.short_name());
      names.push_back(id);
      offered.push_back(fmt::format("{} ({})", object.short_name(), id));
    } else if (id == name || object.short_name() == name) {
      other = fmt::format("; '{}' is a {} plugin", name, kind_word(object.descriptor->kind));
    }
  }
  std::string text =
      fmt::format("no {} plugin has the id or short name '{}'{}{}", word, name, did_you_mean(name, names), other);
  text += fmt::format("; {} plugins found: {}", word,
                      offered.empty() ? "none" : fmt::format("{}", fmt::join(offered, ", ")));
  for (const RefusedPlugin &r : registry.refused())
    if (may_be(r, name)) text += fmt::format("; {} was refused: {}", r.path.string(), r.reason);
  std::vector<std::string> places;
  for (const std::filesystem::path &path : registry.searched()) places.push_back(path.string());
  text += fmt::format("; searched (nac-*.so in folders): {}",
                      places.empty() ? "nothing" : fmt::format("{}", fmt::join(places, ", ")));
  return text;
}

}  // namespace nac::fw

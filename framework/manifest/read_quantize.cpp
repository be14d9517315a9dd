// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "manifest/plugin_choice.hpp"
#include "manifest/read_stages.hpp"
#include "manifest/searched_values.hpp"
#include "nac/compress.h"

namespace nac::fw {
namespace {

constexpr const char *kTable = "search.quantize";

std::string path_of(const std::string &name) { return fmt::format("{}.{}", kTable, name); }

/// A network is measured right after its training, so that a pass that trains again would double the search.
void check_epochs(ManifestDocument &d, const nac_descriptor &descriptor, const SearchedParameters &s) {
  const nac_param *param = param_of(descriptor, "epochs");
  if (param == nullptr || param->type != NAC_PARAM_INTEGER) return;
  const std::map<std::string, ConfigValue> values = Config(descriptor, s.choice.parameters).values();
  const bool searched = s.values.count("epochs") != 0;
  const int64_t epochs = std::get<int64_t>(values.at("epochs"));
  if (!searched && epochs == 0) return;
  d.problem(d.has(path_of("epochs")) ? path_of("epochs") : kTable,
            fmt::format("{} would train each network again in the search, {} epochs: set epochs = 0, so that it only "
                        "calibrates; [[compress]] trains networks with quantizers",
                        descriptor.id, searched ? "several numbers of" : std::to_string(epochs)));
}

}  // namespace

SearchedParameters read_quantize(ManifestDocument &d) {
  SearchedParameters s;
  s.table = kTable;
  if (const auto name = d.text(path_of("plugin")))
    s.choice.plugin = *name;
  else if (!d.has(path_of("plugin")))
    d.problem(kTable, "[search.quantize] needs the key 'plugin', e.g. plugin = \"qat\"");
  for (const std::string &key : d.keys(kTable)) {
    if (key == "plugin" || d.is_table(path_of(key))) continue;  // a table is reported as unknown
    // Which lists are dimensions, only the descriptor tells.
    if (!d.is_list(path_of(key))) {
      if (auto value = d.value(path_of(key))) s.choice.parameters[key] = std::move(*value);
    } else if (auto values = d.values(path_of(key))) {
      s.values[key] = std::move(*values);
    }
  }
  return s;
}

void check_quantize(ManifestDocument &d, Experiment &e, const Registry &registry) {
  SearchedParameters &s = *e.search->quantize;
  const PluginObject *object = registry.try_find(NAC_KIND_COMPRESS, s.choice.plugin);
  std::map<std::string, std::vector<ConfigValue>> dimensions;
  PluginChoice checked = s.choice;
  for (auto &[name, values] : s.values) {
    const nac_param *param = object == nullptr ? nullptr : param_of(*object->descriptor, name);
    if (param == nullptr) continue;  // reported below as unknown
    if (param->type != NAC_PARAM_NUMBERS) {
      if (check_dimension(d, path_of(name), *object->descriptor, name, values)) dimensions[name] = values;
    } else if (auto numbers = as_numbers(values)) {
      checked.parameters[name] = std::move(*numbers);
    } else {
      d.problem(path_of(name), fmt::format("'{}' must be a list of numbers", name));
    }
  }
  s.values = std::move(dimensions);
  // A required parameter that is searched is there.
  for (const auto &[name, values] : s.values) checked.parameters[name] = values.front();
  const nac_descriptor *descriptor = check_plugin(d, kTable, NAC_KIND_COMPRESS, checked, {}, registry, e.folder);
  if (descriptor == nullptr) return;
  const bool good = Config::problems(*descriptor, checked.parameters).empty();
  for (const auto &[name, values] : s.values) checked.parameters.erase(name);
  s.choice = std::move(checked);
  s.prefix = object->short_name() + ".";
  for (const auto &[name, values] : s.values) e.search->added_dimensions.push_back(s.prefix + name);
  if (!good) return;
  PluginChoice whole = s.choice;
  for (const auto &[name, values] : s.values) whole.parameters[name] = values.front();
  check_epochs(d, *descriptor, {whole, s.values, s.prefix, s.table});
}

void check_quantize_stages(ManifestDocument &d, const Experiment &e) {
  if (!e.search || !e.search->quantize) return;
  if (d.has("compress"))
    d.problem(
        "compress",
        "[[compress]] begins with networks in float, but those of this search are quantized by [search.quantize], "
        "and a quantized network cannot be quantized again: leave one of the two out");
  if (d.has("tune"))
    d.problem("tune",
              "[tune] trains networks in float, but those of this search are quantized by [search.quantize]: leave one "
              "of the two out");
}

}  // namespace nac::fw

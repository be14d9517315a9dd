// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "manifest/read_recipe.hpp"
#include "manifest/read_stages.hpp"

namespace nac::fw {

std::vector<CompressPass> read_compress(ManifestDocument &d) {
  std::vector<CompressPass> passes;
  if (d.count("compress") == 0) d.problem("compress", "write compression passes as [[compress]] with plugin = \"...\"");
  for (std::size_t i = 0; i < d.count("compress"); ++i) {
    const std::string table = fmt::format("compress[{}]", i);
    CompressPass pass;
    if (const auto name = d.text(table + ".plugin"))
      pass.pass.plugin = *name;
    else if (!d.has(table + ".plugin"))
      d.problem(table, "[[compress]] needs the key 'plugin'; `nac plugin list` shows the plugins there are");
    for (const std::string &key : d.keys(table)) {
      if (key == "plugin") continue;
      // Which lists are grids, only the descriptor tells.
      if (!d.is_list(table + "." + key)) {
        if (auto value = d.value(table + "." + key)) pass.pass.parameters[key] = std::move(*value);
      } else if (auto values = d.values(table + "." + key)) {
        pass.grid[key] = std::move(*values);
      }
    }
    passes.push_back(std::move(pass));
  }
  return passes;
}

CompressionStage read_compression(ManifestDocument &d, const Recipe &search_train) {
  CompressionStage s;
  s.base = search_train;
  if (!d.is_table("compression")) return s;
  s.candidates = read_candidates(d, "compression", "trials");
  if (d.has("compression.train") && !d.is_table("compression.train"))
    d.problem("compression.train", "'compression.train' must be a table, e.g. train = { patience = 10 }");
  s.train.values = read_recipe(d, "compression.train", search_train);
  for (const std::string &key : d.keys("compression.train")) s.train.keys.insert(key);
  if (const auto v = d.integer("compression.parallel", 0, 4096)) s.parallel = static_cast<int>(*v);
  if (const auto v = d.boolean("compression.full_grid")) s.full_grid = *v;
  if (const auto v = d.boolean("compression.warm_start")) s.warm_start = *v;
  d.report_unread("compression", {"trials", "presets", "train", "parallel", "full_grid", "warm_start"});
  return s;
}

}  // namespace nac::fw

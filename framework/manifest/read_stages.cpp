// SPDX-License-Identifier: Apache-2.0
#include "manifest/read_stages.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "manifest/load.hpp"
#include "manifest/plugin_choice.hpp"
#include "nac/search.h"
#include "services/nearest.hpp"

namespace nac::fw {
namespace {

bool contains(const std::vector<std::string> &names, const std::string &name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

ChooseStage read_choose(ManifestDocument &d) {
  ChooseStage s;
  if (const auto rule = d.text("choose.rule"); rule && !parse(*rule, s.rule))
    d.problem("choose.rule", fmt::format("'choose.rule' must be lexi, knee or budget, found \"{}\"{}", *rule,
                                         did_you_mean(*rule, choose_rule_names())));
  if (const auto v = d.number("choose.delta", 0, 1)) s.delta = *v;
  if (const auto v = d.integer("choose.seeds", 1, 1000)) s.seeds = static_cast<int>(*v);
  if (const auto v = d.text("choose.budget")) {
    try {
      s.budget = parse_constraint(*v);
    } catch (const UsageError &error) {
      d.problem("choose.budget", error.what());
    }
  }
  if (s.rule == ChooseRule::budget && !d.has("choose.budget"))
    d.problem("choose", "rule = \"budget\" needs the key 'budget', e.g. budget = \"bops <= 1e5\"");
  d.report_unread("choose", {"rule", "delta", "budget", "seeds"});
  return s;
}

void check_candidates(ManifestDocument &d, const Experiment &e, const std::string &table, const std::string &key,
                      const CandidateChoice &choice) {
  std::vector<std::string> classes;
  if (e.select)
    for (const auto &[name, bound] : e.select->classes) classes.push_back(name);
  for (const std::string &name : choice.classes)
    if (!contains(classes, name))
      d.problem(table + "." + key,
                fmt::format("unknown size class '{}'{}; [select] has {}", name, did_you_mean(name, classes),
                            classes.empty() ? "none" : quoted_list(classes)));
  const std::vector<std::string> presets = e.search ? e.search->presets : std::vector<std::string>{};
  for (const std::string &name : choice.presets)
    if (!contains(presets, name))
      d.problem(table + ".presets",
                fmt::format("the search trains no preset '{}'{}; search.presets has {}", name,
                            did_you_mean(name, presets), presets.empty() ? "none" : quoted_list(presets)));
}

}  // namespace

CandidateChoice read_candidates(ManifestDocument &d, const std::string &table, const std::string &key) {
  CandidateChoice choice;
  const std::string path = table + "." + key;
  if (const auto entries = d.values(path))
    for (const ConfigValue &entry : *entries) {
      if (const auto *number = std::get_if<int64_t>(&entry); number != nullptr && *number >= 0)
        choice.trials.push_back(static_cast<uint64_t>(*number));
      else if (const auto *name = std::get_if<std::string>(&entry))
        choice.classes.push_back(*name);
      else
        d.problem(path, fmt::format("'{}' must be numbers of trials or names of size classes, found {}", path,
                                    to_toml(entry)));
    }
  if (const auto presets = d.texts(table + ".presets")) choice.presets = *presets;
  return choice;
}

void read_stages(ManifestDocument &d, Experiment &e) {
  const Recipe train = e.search ? e.search->train : Recipe();
  for (const char *table : {"tune", "compression", "choose", "hardware"})
    if (d.has(table) && !d.is_table(table))
      d.problem(table, fmt::format("'{}' must be a table: write [{}]", table, table));
  if (d.is_table("tune")) e.tune = read_tune(d, train);
  if (d.has("compress")) e.compress = read_compress(d);
  e.compression = read_compression(d, train);
  if (d.is_table("choose")) e.choose = read_choose(d);
  if (d.is_table("hardware")) e.hardware = read_hardware(d);
  if (d.has("compression") && !d.has("compress"))
    d.problem("compression", "[compression] says how the passes of [[compress]] run, but there is no [[compress]]");
  if (e.choose && !d.has("compress"))
    d.problem("choose", "[choose] picks among compressed networks, but there is no [[compress]]");
  check_quantize_stages(d, e);
  for (const char *table : {"tune", "compress", "hardware"})
    if (d.has(table) && !e.search)
      d.problem(table, fmt::format("'{}' works on networks of a search, but there is no [search]", table));
}

void check_stage_plugins(ManifestDocument &d, Experiment &e, const Registry &registry) {
  if (e.tune) check_plugin(d, "tune", NAC_KIND_SEARCH, e.tune->strategy, tune_keys(), registry, e.folder);
  for (std::size_t i = 0; i < e.compress.size(); ++i)
    check_compress(d, fmt::format("compress[{}]", i), e.compress[i], registry, e.folder);
  if (e.hardware) check_hardware(d, e, registry);
  if (e.search && e.search->quantize) check_quantize(d, e, registry);
}

void check_stage_names(ManifestDocument &d, const Experiment &e, const std::vector<std::string> &quantities) {
  if (e.tune) check_candidates(d, e, "tune", "candidates", e.tune->candidates);
  check_candidates(d, e, "compression", "trials", e.compression.candidates);
  if (e.hardware) check_candidates(d, e, "hardware", "trials", e.hardware->candidates);
  if (e.hardware) check_published(d, e);
  const bool quantized = !e.compress.empty() || (e.search && e.search->quantize);
  if (e.hardware && !quantized && !e.hardware->quantities.empty() && !searches_hardware(e))
    d.problem(
        "hardware",
        "[hardware] builds quantized networks, but there is no [[compress]] and no [search.quantize], and the search "
        "asks for no cost of it");
  if (!e.choose || !e.choose->budget) return;
  std::vector<std::string> known = quantities;
  known.insert(known.end(), {"sparsity", "weight_bits", "activation_bits"});
  const std::string &name = e.choose->budget->name;
  const bool open = e.hardware && e.hardware->quantities.empty() && name.find('.') != std::string::npos;
  if (contains(known, name) || open) return;
  if (!e.hardware && name.find('.') != std::string::npos)
    d.problem("choose.budget", missing_hardware(name));
  else
    d.problem("choose.budget", fmt::format("unknown quantity '{}'{}; there are {}", name, did_you_mean(name, known),
                                           quoted_list(known)));
}

}  // namespace nac::fw

// SPDX-License-Identifier: Apache-2.0
//
// nac tune, nac compress, nac choose: one stage alone, on a study that has been searched.
#include <fmt/format.h>

#include "base/error.hpp"
#include "commands/command_line.hpp"
#include "commands/open_study.hpp"
#include "commands/run_study.hpp"

namespace nac::fw {
namespace {

namespace po = boost::program_options;

void add_options(CommandLine &line) {
  line.option()("set,s", po::value<std::vector<std::string>>()->value_name("KEY=VALUE"),
                "change a key of the manifest; may be repeated");
  line.option()("quiet,q", "no progress, only the result");
  line.option()("verbose,v", "one line for every training");
  line.with_plugins();
  line.with_json();
  line.positional("study");
}

int run_stage_command(const CommandLine &line, LocalStage stage, std::vector<std::string> overrides) {
  for (const std::string &set : line.texts("set")) overrides.push_back(set);
  const OpenStudy open = open_study(line.required("study"), overrides, line.discovery());
  return run_stage_on(stage, open.loaded, *open.study,
                      {line.json(), line.has("quiet") || line.json(), line.has("verbose")});
}

}  // namespace

int command_tune(const Arguments &arguments) {
  CommandLine line("tune STUDY|MANIFEST [options]",
                   "Searches the training recipe of the networks that a study selected: learning rate, batch size,\n"
                   "optimizer, weight decay, schedule. Goes on where it stopped. Without [tune] in the manifest it\n"
                   "tries 50 recipes for each network.",
                   {"nac tune studies/quickstart", "nac tune my.toml --set tune.trials=20",
                    "nac tune studies/my --set 'tune.optimizer=[\"adam\",\"adamw\"]'"});
  add_options(line);
  if (!line.parse(arguments)) return 0;
  return run_stage_command(line, LocalStage::tune, {});
}

int command_compress(const Arguments &arguments) {
  CommandLine line("compress STUDY|MANIFEST [options]",
                   "Quantizes and prunes the networks that a study selected, as [[compress]] in the manifest says.\n"
                   "Goes on where it stopped.",
                   {"nac compress studies/my", "nac compress my.toml --set compression.trials='[12]'",
                    "nac compress studies/my --full-grid"});
  line.option()("full-grid", "run every chain to its end, for figures");
  add_options(line);
  if (!line.parse(arguments)) return 0;
  std::vector<std::string> overrides;
  if (line.has("full-grid")) overrides.emplace_back("compression.full_grid=true");
  return run_stage_command(line, LocalStage::compress, overrides);
}

int command_choose(const Arguments &arguments) {
  CommandLine line("choose STUDY|MANIFEST [options]",
                   "Picks one of the compressed networks of a study, trains it again with other seeds, and scores it\n"
                   "on the test split.",
                   {"nac choose studies/my", "nac choose studies/my --rule lexi",
                    "nac choose my.toml --rule budget --set 'choose.budget=bops <= 1e5'"});
  line.option()("rule", po::value<std::vector<std::string>>()->value_name("NAME"),
                "lexi (fewest bits, then sparsity), knee (default) or budget");
  add_options(line);
  if (!line.parse(arguments)) return 0;
  std::vector<std::string> overrides;
  if (line.has("rule")) overrides.push_back("choose.rule=" + line.text("rule"));
  return run_stage_command(line, LocalStage::choose, overrides);
}

}  // namespace nac::fw

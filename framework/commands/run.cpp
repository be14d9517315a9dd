// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "base/error.hpp"
#include "commands/command_line.hpp"
#include "commands/open_study.hpp"
#include "commands/run_study.hpp"

namespace nac::fw {
namespace {
RunPresentation presentation(const CommandLine &line) {
  return {line.json(), line.has("quiet") || line.json(), line.has("verbose")};
}

void add_presentation(CommandLine &line) {
  line.option()("quiet,q", "no progress, only the result");
  line.option()("verbose,v", "one line for every trial");
  line.with_plugins();
  line.with_json();
}
}  // namespace

int command_run(const Arguments &arguments) {
  namespace po = boost::program_options;
  CommandLine line(
      "run MANIFEST [options]",
      "Runs the experiment of a manifest and writes the Pareto front, tables, models and a report into the\n"
      "study's folder. A study that is there already goes on where it stopped.",
      {"nac run examples/quickstart.toml", "nac run my.toml --set search.trials=200 --set experiment.seed=2",
       "nac run my.toml --set experiment.study=/data/studies/a"});
  line.option()("set,s", po::value<std::vector<std::string>>()->value_name("KEY=VALUE"),
                "override a manifest key; may be repeated");
  add_presentation(line);
  line.positional("manifest");
  if (!line.parse(arguments)) return 0;
  const std::string manifest = line.required("manifest");
  const LoadedExperiment loaded = load_experiment(manifest, line.texts("set"), line.discovery());
  require_valid(loaded);
  const std::filesystem::path &folder = loaded.experiment.study;
  const std::unique_ptr<Study> study =
      Study::open(folder, Study::exists(folder) ? Study::Mode::resume : Study::Mode::create);
  study->set_text(kManifestFolderKey, loaded.experiment.folder.string());
  return run_study(loaded, *study, presentation(line));
}

int command_resume(const Arguments &arguments) {
  namespace po = boost::program_options;
  CommandLine line(
      "resume STUDY [options]",
      "Goes on with a study after Ctrl-C, a crash or a power cut: the same trials as if nothing had happened.",
      {"nac resume studies/quickstart", "nac resume studies/quickstart --set search.trials=500"});
  line.option()("set,s", po::value<std::vector<std::string>>()->value_name("KEY=VALUE"),
                "change a key of the study's manifest, such as search.trials");
  add_presentation(line);
  line.positional("study");
  if (!line.parse(arguments)) return 0;
  const std::filesystem::path folder = line.required("study");
  if (!Study::exists(folder))
    throw UsageError(fmt::format("{}: there is no study; `nac run MANIFEST` starts one", folder.string()));
  const OpenStudy open = open_study(folder, line.texts("set"), line.discovery());
  return run_study(open.loaded, *open.study, presentation(line));
}

}  // namespace nac::fw

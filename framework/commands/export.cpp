// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "commands/command_line.hpp"
#include "commands/trial_model.hpp"
#include "services/files.hpp"
#include "study/study.hpp"

namespace nac::fw {

int command_export(const Arguments &arguments) {
  namespace po = boost::program_options;
  CommandLine line("export STUDY TRIAL [options]", "Writes the trained network of one trial as an ONNX file.",
                   {"nac export studies/quickstart 12", "nac export studies/quickstart 12 --to best.onnx"});
  line.option()("to", po::value<std::vector<std::string>>()->value_name("FILE"), "default: trial-<number>.onnx");
  line.positional("study");
  line.positional("trial");
  if (!line.parse(arguments)) return 0;
  const std::string folder = line.required("study"), number = line.required("trial");
  const std::unique_ptr<Study> study = Study::open(folder, Study::Mode::read);
  const std::string bytes = trial_model(*study, number);
  const std::filesystem::path file = line.text("to", fmt::format("trial-{}.onnx", number));
  write_file_atomically(file, bytes);
  fmt::print("{}\n", file.string());
  return 0;
}

}  // namespace nac::fw

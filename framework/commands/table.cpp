// SPDX-License-Identifier: Apache-2.0
#include "commands/command.hpp"

namespace nac::fw {

const std::vector<Command> &commands() {
  static const std::vector<Command> table{
      {"run", "run the experiment of a manifest: search, tune, compress, choose, hardware, report", command_run},
      {"resume", "go on with a study that was interrupted", command_resume},
      {"tune", "search the training recipe of the selected networks", command_tune},
      {"compress", "quantize and prune the selected networks", command_compress},
      {"choose", "pick the best compressed network and score it on the test split", command_choose},
      {"report", "write the tables, plots and models of a study again", command_report},
      {"export", "write the network of one trial as ONNX", command_export},
      {"synth", "write a network as an FPGA project that is proven bit for bit", command_synth},
      {"evaluate", "score a network on data and print every metric", command_evaluate},
      {"validate", "check a manifest and report every error at once", command_validate},
      {"task list", "list the tasks there are", command_task_list},
      {"task show", "show a task: data, metrics, presets with their costs", command_task_show},
      {"space", "print the search space of a task and its size", command_space},
      {"plugin list", "list all plugins, and the files that were refused", command_plugin_list},
      {"plugin show", "show a plugin and its parameters", command_plugin_show},
      {"plugin verify", "check a plugin library for every known misbehaviour", command_plugin_verify},
      {"doctor", "show versions, BLAS, devices, plugins and paths", command_doctor},
      {"completion", "print a completion script for bash or zsh", command_completion},
  };
  return table;
}

}  // namespace nac::fw

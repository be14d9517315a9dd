// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

namespace nac::fw {

using Arguments = std::vector<std::string>;

/// One verb. run() gets what follows the verb and returns the exit code; it throws UsageError (2) and Error (1).
struct Command {
  const char *name;     ///< "run", "plugin list"
  const char *summary;  ///< one line of `nac --help`
  int (*run)(const Arguments &arguments);
};

int command_run(const Arguments &arguments);
int command_resume(const Arguments &arguments);
int command_tune(const Arguments &arguments);
int command_compress(const Arguments &arguments);
int command_choose(const Arguments &arguments);
int command_report(const Arguments &arguments);
int command_export(const Arguments &arguments);
int command_synth(const Arguments &arguments);
int command_evaluate(const Arguments &arguments);
int command_validate(const Arguments &arguments);
int command_plugin_list(const Arguments &arguments);
int command_plugin_show(const Arguments &arguments);
int command_plugin_verify(const Arguments &arguments);
int command_task_list(const Arguments &arguments);
int command_task_show(const Arguments &arguments);
int command_space(const Arguments &arguments);
int command_doctor(const Arguments &arguments);
int command_completion(const Arguments &arguments);

/// All verbs, in the order of the help.
const std::vector<Command> &commands();

}  // namespace nac::fw

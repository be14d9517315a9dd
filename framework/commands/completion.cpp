// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <set>
#include <string>

#include "base/error.hpp"
#include "commands/command_line.hpp"

namespace nac::fw {

int command_completion(const Arguments &arguments) {
  CommandLine line("completion [bash|zsh]", "Prints a script that completes commands and file names in your shell.",
                   {"source <(nac completion bash)", "nac completion zsh >> ~/.zshrc"});
  line.positional("shell");
  if (!line.parse(arguments)) return 0;
  const std::string shell = line.text("shell", "bash");
  if (shell != "bash" && shell != "zsh")
    throw UsageError(fmt::format("no completion for '{}'; there are bash and zsh", shell));
  std::set<std::string> first;
  for (const Command &command : commands()) {
    const std::string name = command.name;
    first.insert(name.substr(0, name.find(' ')));
  }
  std::string top;
  for (const std::string &name : first) top += (top.empty() ? "" : " ") + name;
  // A case label runs once, so the second words of one verb are gathered before printing.
  std::string cases;
  for (const std::string &name : first) {
    std::string words;
    for (const Command &command : commands()) {
      const std::string full = command.name;
      if (full.rfind(name + " ", 0) == 0) words += (words.empty() ? "" : " ") + full.substr(name.size() + 1);
    }
    if (!words.empty()) cases += fmt::format("      {}) words=\"{}\" ;;\n", name, words);
  }
  if (shell == "zsh") fmt::print("autoload -U +X bashcompinit && bashcompinit\n");
  fmt::print(
      "_nac() {{\n"
      "  local word=\"${{COMP_WORDS[COMP_CWORD]}}\" words=\"\"\n"
      "  if [ \"$COMP_CWORD\" -eq 1 ]; then words=\"{}\"; elif [ \"$COMP_CWORD\" -eq 2 ]; then\n"
      "    case \"${{COMP_WORDS[1]}}\" in\n{}    esac\n  fi\n"
      "  COMPREPLY=( $(compgen -W \"$words\" -- \"$word\") )\n"
      "}}\ncomplete -o default -F _nac nac\n",
      top, cases);
  return 0;
}

}  // namespace nac::fw

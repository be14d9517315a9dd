// SPDX-License-Identifier: Apache-2.0
#include "pipeline/local/unit_state.hpp"

#include <nlohmann/json.hpp>

namespace nac::fw {

using nlohmann::json;

/// A line of JSON, then what the plugin saved, byte by byte.
std::string UnitState::to_bytes() const {
  const json head = {{"pass", pass},
                     {"pass_ended", pass_ended},
                     {"train_epochs", train_epochs},
                     {"rewind", static_cast<int>(rewind)},
                     {"teacher_share", distillation.share},
                     {"temperature", distillation.temperature},
                     {"early", early},
                     {"before", before}};
  return head.dump() + "\n" + plugin;
}

UnitState UnitState::from_bytes(const std::string &bytes) {
  const std::size_t line = bytes.find('\n');
  UnitState s;
  try {
    const json head = json::parse(bytes.substr(0, line));
    s.pass = head.at("pass").get<std::size_t>();
    s.pass_ended = head.at("pass_ended").get<bool>();
    s.train_epochs = head.at("train_epochs").get<int>();
    const int rewind = head.at("rewind").get<int>();
    if (rewind < 0 || rewind > 2) throw Error("rewind " + std::to_string(rewind));
    s.rewind = static_cast<Rewind>(rewind);
    s.distillation = {head.at("teacher_share").get<double>(), head.at("temperature").get<double>()};
    s.early = head.at("early").get<std::string>();
    s.before = head.at("before").get<std::string>();
  } catch (const std::exception &e) {
    throw Error(std::string("the state of a compression step in the study is damaged: ") + e.what(), NAC_DATA_LOSS);
  }
  if (line != std::string::npos) s.plugin = bytes.substr(line + 1);
  return s;
}

}  // namespace nac::fw

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "nac/config.h"
#include "nac/plugin.h"

namespace nac::fw {

using ConfigValue = std::variant<bool, int64_t, double, std::string, std::vector<double>>;
std::string to_toml(const ConfigValue &value);

/// The parameters of one plugin object: what the user set, checked, over the descriptor's defaults.
class Config {
 public:
  /// Checks names, types and ranges; throws UsageError for the first problem. problems() reports all of them.
  Config(const nac_descriptor &descriptor, const std::map<std::string, ConfigValue> &given);

  struct Problem {
    std::string key;      ///< the manifest key it is about
    std::string message;  ///< what was found, what is accepted, nearest name
  };
  static std::vector<Problem> problems(const nac_descriptor &descriptor,
                                       const std::map<std::string, ConfigValue> &given);
  /// Parses a value as TOML would spell it ("8", "0.5", "\"auto\"", "[1, 2]", "true"). Throws UsageError.
  static ConfigValue parse(const std::string &text);

  const std::map<std::string, ConfigValue> &values() const { return values_; }
  const nac_param *param(const std::string &name) const;

 private:
  const nac_descriptor *descriptor_;
  std::map<std::string, ConfigValue> values_;
};

const nac_config_service &config_service();
inline const nac_config *to_abi(const Config *config) { return reinterpret_cast<const nac_config *>(config); }

}  // namespace nac::fw

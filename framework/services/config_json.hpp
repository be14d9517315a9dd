// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <string>

#include "services/config.hpp"

namespace nac::fw {

/// Parameters as a JSON object, and back; for what travels with models and studies.
std::string to_json(const std::map<std::string, ConfigValue> &values);
/// "" is an empty object. Throws Error (NAC_DATA_LOSS) naming `source` for anything that to_json does not write.
std::map<std::string, ConfigValue> config_from_json(const std::string &json, const std::string &source);

}  // namespace nac::fw

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "manifest/document.hpp"
#include "nac/plugin.h"
#include "services/config.hpp"

namespace nac::fw {

/// nullptr: the plugin has no parameter of that name.
const nac_param *param_of(const nac_descriptor &descriptor, const std::string &name);

/// A list for a parameter that is a list; nothing when an entry is no number.
std::optional<ConfigValue> as_numbers(const std::vector<ConfigValue> &values);

/// Whether the values of the parameter, which stand at `path`, can be a dimension of the search; reports what is wrong.
/// Numbers are sorted.
bool check_dimension(ManifestDocument &document, const std::string &path, const nac_descriptor &descriptor,
                     const std::string &name, std::vector<ConfigValue> &values);

}  // namespace nac::fw

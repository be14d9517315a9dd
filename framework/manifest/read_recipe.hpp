// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "engine/recipe.hpp"
#include "manifest/document.hpp"

namespace nac::fw {

/// The training recipe in the table `path` ("search.train"); missing keys are those of `base`.
Recipe read_recipe(ManifestDocument &document, const std::string &path, const Recipe &base = {});

}  // namespace nac::fw

// SPDX-License-Identifier: Apache-2.0
//
// Read once for all rooms of framework/ (half of their compile time otherwise). Every file still includes what it uses:
// the sanitizer and clang presets build without this.
#pragma once
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <variant>
#include <vector>

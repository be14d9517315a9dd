// SPDX-License-Identifier: Apache-2.0
#include "plugin/param_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <set>
#include <string_view>

#include "base/error.hpp"
#include "services/config.hpp"
#include "services/param_range.hpp"
#include "services/utf8.hpp"

namespace nac::fw {
namespace {

constexpr std::size_t kLongestText = 4096;

bool is_key(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

/// "" or what is wrong with the range for a parameter of this type.
std::string range_problem(const nac_param &param) {
  if (param.range_text == nullptr) return "";
  if (param.type == NAC_PARAM_BOOLEAN || param.type == NAC_PARAM_PATH)
    return fmt::format("has the range \"{}\", but a {} has none", param.range_text,
                       param.type == NAC_PARAM_PATH ? "path" : "boolean");
  try {
    if (param.type == NAC_PARAM_TEXT && !ParamRange(param.range_text).is_set())
      return fmt::format("is text, so its range \"{}\" must be a set such as \"{{a, b}}\"", param.range_text);
    ParamRange(std::string(param.range_text));
  } catch (const Error &e) {
    return e.what();
  }
  return "";
}

/// "" or what is wrong with one parameter, its default aside.
std::string problem_of(const nac_param &param) {
  if (!is_key(param.name)) return "has a name that is not made of lower-case letters, digits and '_'";
  if (param.type < NAC_PARAM_INTEGER || param.type > NAC_PARAM_PATH)
    return fmt::format("has the unknown type {}", param.type);
  if (const std::string p = text_problem(param.summary); !p.empty()) return "has a summary that " + p;
  for (const char *text : {param.unit, param.default_text, param.range_text})
    if (text != nullptr)
      if (const std::string p = text_problem(text); !p.empty()) return "has a unit, default or range that " + p;
  return range_problem(param);
}

}  // namespace

std::string text_problem(const char *text) {
  if (text == nullptr) return "is NULL";
  const std::size_t size = ::strnlen(text, kLongestText + 1);
  if (size > kLongestText) return fmt::format("is longer than {} bytes", kLongestText);
  if (!is_utf8({text, size})) return "is not UTF-8";
  if (printable({text, size}) != std::string_view(text, size)) return "contains control characters";
  return "";
}

std::vector<std::string> param_problems(const nac_descriptor &descriptor) {
  std::vector<std::string> problems;
  std::set<std::string> names;
  for (uint32_t i = 0; i < descriptor.param_count; ++i) {
    const nac_param *param = descriptor.params[i];
    if (param == nullptr) {
      problems.push_back(fmt::format("parameter {} is NULL", i));
    } else if (!NAC_HAS(param, nac_param, range_text)) {
      problems.push_back(fmt::format("parameter {} has struct_size {}, ABI 1.0 has {}", i, param->struct_size,
                                     NAC_SIZE_THROUGH(nac_param, range_text)));
    } else if (const std::string text = text_problem(param->name); !text.empty()) {
      problems.push_back(fmt::format("the name of parameter {} {}", i, text));
    } else if (const std::string problem = problem_of(*param); !problem.empty()) {
      problems.push_back(fmt::format("parameter '{}' {}", param->name, problem));
    } else if (!names.insert(param->name).second) {
      problems.push_back(fmt::format("parameter '{}' is declared twice", param->name));
    }
  }
  if (!problems.empty()) return problems;
  // Config reports what is wrong with defaults when nothing else is given.
  for (uint32_t i = 0; i < descriptor.param_count; ++i) {
    nac_descriptor one = descriptor;
    one.params = &descriptor.params[i];
    one.param_count = 1;
    try {
      for (const Config::Problem &p : Config::problems(one, {})) problems.push_back(p.message);
    } catch (const Error &e) {
      problems.push_back(fmt::format("the default of parameter '{}': {}", descriptor.params[i]->name, e.what()));
    }
  }
  return problems;
}

}  // namespace nac::fw

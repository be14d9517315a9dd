// SPDX-License-Identifier: Apache-2.0
#include "services/config.hpp"

#include <fmt/format.h>

#include <toml++/toml.h>
#include <cmath>
#include <optional>
#include <sstream>

#include "base/error.hpp"
#include "services/nearest.hpp"
#include "services/param_range.hpp"

namespace nac::fw {
namespace {

const char *wanted(int32_t type) {
  switch (type) {
    case NAC_PARAM_INTEGER: return "an integer such as 8";
    case NAC_PARAM_NUMBER: return "a number such as 0.5";
    case NAC_PARAM_TEXT: return "text in quotes such as \"auto\"";
    case NAC_PARAM_NUMBERS: return "a list of numbers such as [1, 2]";
    case NAC_PARAM_BOOLEAN: return "true or false";
    case NAC_PARAM_PATH: return "a path in quotes such as \"data/train.h5\"";
    default: return "nothing: the plugin declared a type that this host does not know";
  }
}

/// The value as the declared type; nothing: it is of another type.
std::optional<ConfigValue> as_declared(int32_t type, const ConfigValue &value) {
  switch (type) {
    case NAC_PARAM_INTEGER: return std::holds_alternative<int64_t>(value) ? std::optional(value) : std::nullopt;
    case NAC_PARAM_NUMBER:
      if (const auto *i = std::get_if<int64_t>(&value)) return ConfigValue(static_cast<double>(*i));
      return std::holds_alternative<double>(value) ? std::optional(value) : std::nullopt;
    case NAC_PARAM_TEXT:
    case NAC_PARAM_PATH: return std::holds_alternative<std::string>(value) ? std::optional(value) : std::nullopt;
    case NAC_PARAM_NUMBERS:
      return std::holds_alternative<std::vector<double>>(value) ? std::optional(value) : std::nullopt;
    case NAC_PARAM_BOOLEAN: return std::holds_alternative<bool>(value) ? std::optional(value) : std::nullopt;
    default: return std::nullopt;
  }
}

bool inside(const ParamRange &range, const ConfigValue &value) {
  if (const auto *i = std::get_if<int64_t>(&value)) return range.contains(static_cast<double>(*i));
  if (const auto *d = std::get_if<double>(&value)) return range.contains(*d);
  if (const auto *s = std::get_if<std::string>(&value)) return range.contains(*s);
  if (const auto *list = std::get_if<std::vector<double>>(&value)) {
    for (const double d : *list)
      if (!range.contains(d)) return false;
  }
  return true;
}

bool has_nan(const ConfigValue &value) {
  if (const auto *d = std::get_if<double>(&value)) return std::isnan(*d);
  if (const auto *list = std::get_if<std::vector<double>>(&value)) {
    for (const double d : *list)
      if (std::isnan(d)) return true;
  }
  return false;
}

/// "" when the value is fine; stores it as the declared type.
std::string check(const nac_param &param, const ConfigValue &given, ConfigValue &out) {
  const std::optional<ConfigValue> value = as_declared(param.type, given);
  const std::string unit = param.unit != nullptr && param.unit[0] != '\0' ? fmt::format(" (in {})", param.unit) : "";
  if (!value) return fmt::format("{} is not accepted; accepted is {}{}", to_toml(given), wanted(param.type), unit);
  if (has_nan(*value)) return fmt::format("{} is not a number", to_toml(given));
  if (param.range_text != nullptr) {
    const ParamRange range(param.range_text);
    if (!inside(range, *value)) {
      std::string guess;
      if (const auto *text = std::get_if<std::string>(&*value)) guess = did_you_mean(*text, range.names());
      const char *each = param.type == NAC_PARAM_NUMBERS ? "each value " : "";
      return fmt::format("{} is out of range; accepted is {}{}{}{}", to_toml(given), each, range.describe(), unit,
                         guess);
    }
  }
  out = *value;
  return "";
}

struct Checked {
  std::map<std::string, ConfigValue> values;
  std::vector<Config::Problem> problems;
};

Checked check_all(const nac_descriptor &descriptor, const std::map<std::string, ConfigValue> &given) {
  Checked result;
  std::vector<std::string> names;
  for (uint32_t i = 0; i < descriptor.param_count; ++i) names.push_back(descriptor.params[i]->name);
  for (const auto &[key, value] : given) {
    bool known = false;
    for (const std::string &name : names) known = known || name == key;
    if (!known)
      result.problems.push_back({key, fmt::format("{} has no parameter '{}'{}; it has {}", descriptor.id, key,
                                                  did_you_mean(key, names), quoted_list(names))});
  }
  for (uint32_t i = 0; i < descriptor.param_count; ++i) {
    const nac_param &param = *descriptor.params[i];
    const auto set = given.find(param.name);
    if (set == given.end() && param.default_text == nullptr) continue;
    ConfigValue value;
    const std::string problem =
        check(param, set != given.end() ? set->second : Config::parse(param.default_text), value);
    if (problem.empty()) {
      result.values[param.name] = value;
    } else if (set != given.end()) {
      result.problems.push_back(
          {param.name, fmt::format("parameter '{}' of {}: {}", param.name, descriptor.id, problem)});
    } else {
      result.problems.push_back(
          {param.name, fmt::format("the default of parameter '{}' of {} is wrong, a defect of the "
                                   "plugin: {}",
                                   param.name, descriptor.id, problem)});
    }
  }
  return result;
}

std::string number_text(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  std::string text = fmt::format("{}", value);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

std::string quoted(const std::string &text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (byte < 0x20 || byte == 0x7f) {
      out += fmt::format("\\u{:04X}", byte);
    } else {
      out += c;
    }
  }
  return out + "\"";
}

}  // namespace

std::string to_toml(const ConfigValue &value) {
  if (const auto *b = std::get_if<bool>(&value)) return *b ? "true" : "false";
  if (const auto *i = std::get_if<int64_t>(&value)) return fmt::format("{}", *i);
  if (const auto *d = std::get_if<double>(&value)) return number_text(*d);
  if (const auto *s = std::get_if<std::string>(&value)) return quoted(*s);
  std::string out = "[";
  for (const double d : std::get<std::vector<double>>(value)) {
    if (out.size() > 1) out += ", ";
    out += number_text(d);
  }
  return out + "]";
}

Config::Config(const nac_descriptor &descriptor, const std::map<std::string, ConfigValue> &given)
    : descriptor_(&descriptor) {
  Checked checked = check_all(descriptor, given);
  if (!checked.problems.empty()) throw UsageError(checked.problems.front().message);
  values_ = std::move(checked.values);
}

std::vector<Config::Problem> Config::problems(const nac_descriptor &descriptor,
                                              const std::map<std::string, ConfigValue> &given) {
  return check_all(descriptor, given).problems;
}

ConfigValue Config::parse(const std::string &text) {
  const auto refuse = [&](const std::string &why) {
    throw UsageError(
        fmt::format("'{}' is no value{}; accepted are values as TOML spells them: 8, 0.5, true, \"text\", "
                    "[1, 2]",
                    text, why));
  };
  toml::table table;
  try {
    table = toml::parse("value = " + text);
  } catch (const toml::parse_error &e) {
    refuse(fmt::format(" ({})", e.description()));
  }
  if (table.size() != 1) refuse(" (it has several lines)");
  const toml::node &node = *table.get("value");
  if (const auto *b = node.as_boolean()) return b->get();
  if (const auto *i = node.as_integer()) return i->get();
  if (const auto *d = node.as_floating_point()) return d->get();
  if (const auto *s = node.as_string()) return s->get();
  std::vector<double> numbers;
  const toml::array *list = node.as_array();
  if (list == nullptr) refuse(" of a type that parameters have");
  for (const toml::node &element : *list) {
    const auto number = element.value<double>();
    if (!number || !element.is_number()) refuse(" (a list may hold numbers only)");
    numbers.push_back(*number);
  }
  return numbers;
}

const nac_param *Config::param(const std::string &name) const {
  for (uint32_t i = 0; i < descriptor_->param_count; ++i)
    if (descriptor_->params[i]->name == name) return descriptor_->params[i];
  return nullptr;
}

}  // namespace nac::fw

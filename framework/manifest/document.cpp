// SPDX-License-Identifier: Apache-2.0
#include "manifest/document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <sstream>
#define TOML_ENABLE_FORMATTERS 1
#include <toml++/toml.h>

#include "base/error.hpp"
#include "services/nearest.hpp"

namespace nac::fw {
namespace {

std::string found(const toml::node &node) {
  std::ostringstream out;
  out << node.type();
  std::string text = out.str();
  if (const auto *v = node.as_string()) text += " \"" + v->get() + "\"";
  if (const auto *v = node.as_integer()) text += fmt::format(" {}", v->get());
  if (const auto *v = node.as_floating_point()) text += fmt::format(" {}", v->get());
  if (const auto *v = node.as_boolean()) text += v->get() ? " true" : " false";
  return text;
}

/// A scalar, or a list of numbers; nothing: it is something else.
std::optional<ConfigValue> value_of(const toml::node &node) {
  if (const auto *v = node.as_boolean()) return ConfigValue(v->get());
  if (const auto *v = node.as_integer()) return ConfigValue(v->get());
  if (const auto *v = node.as_floating_point()) return ConfigValue(v->get());
  if (const auto *v = node.as_string()) return ConfigValue(v->get());
  if (const auto *a = node.as_array()) {
    std::vector<double> numbers;
    for (const toml::node &entry : *a)
      if (entry.is_number()) numbers.push_back(*entry.value<double>());
    if (numbers.size() == a->size()) return ConfigValue(numbers);
  }
  return std::nullopt;
}

}  // namespace

struct ManifestDocument::State {
  toml::table root;
  std::string file, original;
  std::set<std::string> read;
  std::vector<std::string> overridden;  ///< dotted paths set on the command line
  std::vector<ManifestProblem> problems;

  const toml::node *at(const std::string &path) const {
    if (path.empty()) return &root;
    return root.at_path(path).node();
  }
};

ManifestDocument::ManifestDocument(const std::string &text, std::string file, const std::vector<std::string> &overrides)
    : state_(std::make_unique<State>()) {
  state_->file = std::move(file);
  state_->original = text;
  try {
    state_->root = toml::parse(text, state_->file);
  } catch (const toml::parse_error &e) {
    throw UsageError(fmt::format("{}:{}:{}: {}", state_->file, e.source().begin.line, e.source().begin.column,
                                 std::string(e.description())));
  }
  for (const std::string &option : overrides) {
    const std::size_t equals = option.find('=');
    if (equals == std::string::npos || equals == 0)
      throw UsageError(fmt::format("--set {}: expected key=value, e.g. --set search.trials=50", option));
    const std::string path = option.substr(0, equals), value = option.substr(equals + 1);
    toml::table parsed;
    try {
      parsed = toml::parse("v = " + value);
      if (parsed.size() != 1) throw UsageError(fmt::format("--set {}: the value is not one TOML value", option));
    } catch (const toml::parse_error &) {
      parsed = toml::table{{"v", value}};
    }
    toml::table *table = &state_->root;
    std::istringstream parts(path);
    std::vector<std::string> names;
    for (std::string name; std::getline(parts, name, '.');) names.push_back(name);
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (names[i].empty()) throw UsageError(fmt::format("--set {}: '{}' is not a dotted key", option, path));
      if (i + 1 == names.size()) {
        parsed.get("v")->visit([&](auto &&v) { table->insert_or_assign(names[i], v); });
        break;
      }
      if (!table->contains(names[i])) table->insert_or_assign(names[i], toml::table{});
      table = table->get(names[i])->as_table();
      if (table == nullptr)
        throw UsageError(fmt::format("--set {}: '{}' is not a table in {}", option, names[i], state_->file));
    }
    state_->overridden.push_back(path);
  }
}

ManifestDocument::~ManifestDocument() = default;

bool ManifestDocument::has(const std::string &path) const { return state_->at(path) != nullptr; }

bool ManifestDocument::is_table(const std::string &path) const {
  const toml::node *node = state_->at(path);
  return node != nullptr && node->is_table();
}

std::vector<std::string> ManifestDocument::keys(const std::string &path) const {
  std::vector<std::pair<std::pair<uint32_t, uint32_t>, std::string>> found;
  const toml::node *node = state_->at(path);
  if (node != nullptr && node->is_table())
    for (const auto &[key, value] : *node->as_table())
      found.push_back({{key.source().begin.line, key.source().begin.column}, std::string(key.str())});
  std::stable_sort(found.begin(), found.end(), [](const auto &a, const auto &b) { return a.first < b.first; });
  std::vector<std::string> names;
  for (auto &f : found) names.push_back(std::move(f.second));
  return names;
}

std::size_t ManifestDocument::count(const std::string &path) const {
  const toml::node *node = state_->at(path);
  return node != nullptr && node->is_array() ? node->as_array()->size() : 0;
}

void ManifestDocument::problem(const std::string &path, const std::string &message) {
  const bool set = std::any_of(state_->overridden.begin(), state_->overridden.end(),
                               [&](const std::string &o) { return path == o || path.rfind(o + ".", 0) == 0; });
  // A missing key is reported at the nearest table above it.
  std::string place = path;
  const toml::node *node = state_->at(place);
  while (node == nullptr || (node->source().begin.line == 0 && !place.empty())) {
    const std::size_t dot = place.rfind('.');
    place = dot == std::string::npos ? "" : place.substr(0, dot);
    node = state_->at(place);
    if (place.empty()) break;
  }
  ManifestProblem p;
  p.message = message;
  if (set) {
    p.where = "--set " + path;
  } else {
    p.line = std::max(1, static_cast<int>(node->source().begin.line));
    p.column = std::max(1, static_cast<int>(node->source().begin.column));
    p.where = fmt::format("{}:{}:{}", state_->file, p.line, p.column);
  }
  state_->problems.push_back(std::move(p));
}

std::optional<std::string> ManifestDocument::text(const std::string &path) {
  state_->read.insert(path);
  const toml::node *node = state_->at(path);
  if (node == nullptr) return std::nullopt;
  if (const auto *v = node->as_string()) return v->get();
  problem(path, fmt::format("'{}' must be a string, found {}", path, found(*node)));
  return std::nullopt;
}

std::optional<int64_t> ManifestDocument::integer(const std::string &path, int64_t low, int64_t high) {
  state_->read.insert(path);
  const toml::node *node = state_->at(path);
  if (node == nullptr) return std::nullopt;
  const std::string range = high == INT64_MAX ? fmt::format("at least {}", low) : fmt::format("in [{}, {}]", low, high);
  const auto *v = node->as_integer();
  if (v != nullptr && v->get() >= low && v->get() <= high) return v->get();
  problem(path, fmt::format("'{}' must be an integer {}, found {}", path, range, found(*node)));
  return std::nullopt;
}

std::optional<double> ManifestDocument::number(const std::string &path, double low, double high, bool low_open) {
  state_->read.insert(path);
  const toml::node *node = state_->at(path);
  if (node == nullptr) return std::nullopt;
  const std::optional<double> v = node->is_number() ? node->value<double>() : std::nullopt;
  if (v && std::isfinite(*v) && *v <= high && (low_open ? *v > low : *v >= low)) return v;
  problem(path, fmt::format("'{}' must be a number in {}{}, {}{}, found {}", path, low_open ? "(" : "[", low, high,
                            std::isinf(high) ? ")" : "]", found(*node)));
  return std::nullopt;
}

std::optional<bool> ManifestDocument::boolean(const std::string &path) {
  state_->read.insert(path);
  const toml::node *node = state_->at(path);
  if (node == nullptr) return std::nullopt;
  if (const auto *v = node->as_boolean()) return v->get();
  problem(path, fmt::format("'{}' must be true or false, found {}", path, found(*node)));
  return std::nullopt;
}

std::optional<std::vector<std::string>> ManifestDocument::texts(const std::string &path) {
  state_->read.insert(path);
  const toml::node *node = state_->at(path);
  if (node == nullptr) return std::nullopt;
  std::vector<std::string> values;
  bool good = node->is_array();
  if (good) {
    for (const toml::node &entry : *node->as_array()) {
      if (const auto *v = entry.as_string()) values.push_back(v->get());
    }
    good = values.size() == node->as_array()->size();
  }
  if (good) return values;
  problem(path, fmt::format("'{}' must be a list of strings, e.g. [\"a\", \"b\"], found {}", path, found(*node)));
  return std::nullopt;
}

std::optional<ConfigValue> ManifestDocument::value(const std::string &path) {
  state_->read.insert(path);
  const toml::node *node = state_->at(path);
  if (node == nullptr) return std::nullopt;
  if (auto v = value_of(*node)) return v;
  problem(path, fmt::format("'{}' must be a string, number, boolean or list of numbers, found {}", path, found(*node)));
  return std::nullopt;
}

bool ManifestDocument::is_list(const std::string &path) const {
  const toml::node *node = state_->at(path);
  return node != nullptr && node->is_array();
}

bool ManifestDocument::is_text(const std::string &path) const {
  const toml::node *node = state_->at(path);
  return node != nullptr && node->is_string();
}

std::optional<std::vector<ConfigValue>> ManifestDocument::values(const std::string &path) {
  state_->read.insert(path);
  const toml::node *node = state_->at(path);
  if (node == nullptr) return std::nullopt;
  std::vector<ConfigValue> all;
  bool good = true;
  const auto take = [&](const toml::node &entry) {
    auto v = value_of(entry);
    good = good && v.has_value();
    if (v) all.push_back(std::move(*v));
  };
  if (const auto *list = node->as_array())
    for (const toml::node &entry : *list) take(entry);
  else
    take(*node);
  if (good) return all;
  problem(path, fmt::format("'{}' must be a string, number, boolean or a list of such, found {}", path, found(*node)));
  return std::nullopt;
}

void ManifestDocument::report_unread(const std::string &table, const std::vector<std::string> &known) {
  for (const std::string &key : keys(table)) {
    const std::string path = table.empty() ? key : table + "." + key;
    if (state_->read.count(path) != 0 || std::find(known.begin(), known.end(), key) != known.end()) continue;
    problem(path, fmt::format("unknown key '{}'{}{}; accepted here: {}", key,
                              table.empty() ? "" : fmt::format(" in [{}]", table), did_you_mean(key, known),
                              quoted_list(known)));
  }
}

std::vector<ManifestProblem> ManifestDocument::problems() const {
  std::vector<ManifestProblem> sorted = state_->problems;
  std::stable_sort(sorted.begin(), sorted.end(), [](const ManifestProblem &a, const ManifestProblem &b) {
    return std::pair(a.line, a.column) < std::pair(b.line, b.column);
  });
  return sorted;
}

std::string ManifestDocument::source() const {
  if (state_->overridden.empty()) return state_->original;
  std::ostringstream out;
  out << state_->root << '\n';
  return out.str();
}

}  // namespace nac::fw

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "manifest/problem.hpp"
#include "services/config.hpp"

namespace nac::fw {

/// A TOML manifest with the command line's overrides applied. Readers ask for keys by dotted path ("search.trials");
/// problems are collected with the position of the value they are about, and keys nobody asked for are found at the
/// end. Nothing else of the program sees TOML.
class ManifestDocument {
 public:
  /// `overrides` are "dotted.key=value" with the value as TOML spells it; a value that is no TOML is taken as a string.
  /// A syntax error, also in an override, throws UsageError.
  ManifestDocument(const std::string &text, std::string file, const std::vector<std::string> &overrides);
  ~ManifestDocument();

  bool has(const std::string &path) const;
  bool is_table(const std::string &path) const;
  /// Names below a table, in the file's order of definition.
  std::vector<std::string> keys(const std::string &path) const;
  /// Number of entries of an array of tables; their keys are "plugin[0].path".
  std::size_t count(const std::string &path) const;

  /// Absent: nothing. Wrong type or out of range: reports a problem and gives nothing.
  std::optional<std::string> text(const std::string &path);
  std::optional<int64_t> integer(const std::string &path, int64_t low, int64_t high);
  std::optional<double> number(const std::string &path, double low, double high, bool low_open = false);
  std::optional<bool> boolean(const std::string &path);
  std::optional<std::vector<std::string>> texts(const std::string &path);
  /// A scalar or list of numbers of any kind, for plugin parameters.
  std::optional<ConfigValue> value(const std::string &path);

  /// The entries of a list, or the one value that is there: strings, numbers, booleans, lists of numbers.
  std::optional<std::vector<ConfigValue>> values(const std::string &path);
  bool is_list(const std::string &path) const;
  bool is_text(const std::string &path) const;

  void problem(const std::string &path, const std::string &message);
  /// Reports every key below `table` that nobody read, with the nearest of `known`.
  void report_unread(const std::string &table, const std::vector<std::string> &known);
  /// Sorted by position.
  std::vector<ManifestProblem> problems() const;

  /// The manifest as it stands with overrides: the original text when there were none.
  std::string source() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace nac::fw

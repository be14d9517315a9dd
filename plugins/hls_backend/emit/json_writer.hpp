// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>

namespace nac::hls {

/// Writes JSON in the order of the calls, indented by two; containers marked `flat` stand on one line.
class json_writer {
 public:
  json_writer &object(bool flat = false) { return open('{', flat); }
  json_writer &array(bool flat = false) { return open('[', flat); }
  json_writer &end();
  json_writer &key(const std::string &name);
  json_writer &text(const std::string &value);
  json_writer &integer(int64_t value);
  json_writer &boolean(bool value);
  /// The shortest decimal that reads back the same; `value` is finite.
  json_writer &number(double value);
  /// The document, with a line end. Everything must be closed.
  std::string take();

 private:
  json_writer &open(char bracket, bool flat);
  void place();
  std::string out_, closers_;  ///< closers_: of the open containers; '.' before one: flat
  bool first_ = true, after_key_ = false;
};

/// `value` in quotes with JSON's escapes, which are TOML's as well.
std::string quoted(const std::string &value);
/// The shortest decimal that reads back the same, with a point or exponent only where it needs one.
std::string shortest(double value);

}  // namespace nac::hls

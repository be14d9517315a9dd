// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace nac::hls {

/// Pulls elements out of an XML text, one at a time. Attributes, comments and declarations are skipped; of entities,
/// the five predefined ones are known. Throws failure (NAC_DATA_LOSS) that says what is wrong on which line.
class xml_reader {
 public:
  explicit xml_reader(std::string_view text) : text_(text) {}

  enum class event { open, close, text, end };
  /// After `end` only `end`. Text is trimmed and never empty.
  event next();
  /// Name of the element that opened or closed, or the text.
  const std::string &value() const { return value_; }
  /// Names of the open elements from the root on, joined by '/'; after `close` without the closed one.
  std::string path() const;

 private:
  [[noreturn]] void wrong(const std::string &what) const;
  void skip_through(std::string_view end, const char *what);
  event tag();
  std::string_view text_;
  std::size_t at_ = 0;
  bool close_next_ = false, had_root_ = false;
  std::string value_;
  std::vector<std::string> open_;
};

}  // namespace nac::hls

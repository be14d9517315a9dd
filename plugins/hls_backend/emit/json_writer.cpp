// SPDX-License-Identifier: Apache-2.0
#include "hls_backend/emit/json_writer.hpp"

#include <charconv>
#include <cstdio>

namespace nac::hls {

std::string quoted(const std::string &value) {
  std::string result = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned char>(c));
      result += escape;
    } else {
      result += c;
    }
  }
  return result + '"';
}

std::string shortest(double value) {
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

void json_writer::place() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (closers_.empty()) return;
  const std::size_t open = closers_.size() / 2;
  const bool flat = closers_[closers_.size() - 2] == '.';
  if (!first_) out_ += flat ? ", " : ",";
  if (!flat) out_ += "\n" + std::string(2 * open, ' ');
}

json_writer &json_writer::open(char bracket, bool flat) {
  place();
  // What stands inside a flat container is flat.
  if (!closers_.empty() && closers_[closers_.size() - 2] == '.') flat = true;
  out_ += bracket;
  closers_ += flat ? '.' : ':';
  closers_ += bracket == '{' ? '}' : ']';
  first_ = true;
  return *this;
}

json_writer &json_writer::end() {
  const char closer = closers_.back();
  const bool flat = closers_[closers_.size() - 2] == '.';
  closers_.resize(closers_.size() - 2);
  if (!flat && !first_) out_ += "\n" + std::string(closers_.size(), ' ');
  out_ += closer;
  first_ = false;
  return *this;
}

json_writer &json_writer::key(const std::string &name) {
  place();
  out_ += quoted(name) + ": ";
  after_key_ = true;
  first_ = false;
  return *this;
}

json_writer &json_writer::text(const std::string &value) {
  place();
  out_ += quoted(value);
  first_ = false;
  return *this;
}

json_writer &json_writer::integer(int64_t value) {
  place();
  out_ += std::to_string(value);
  first_ = false;
  return *this;
}

json_writer &json_writer::boolean(bool value) {
  place();
  out_ += value ? "true" : "false";
  first_ = false;
  return *this;
}

json_writer &json_writer::number(double value) {
  place();
  out_ += shortest(value);
  first_ = false;
  return *this;
}

std::string json_writer::take() { return std::move(out_) + "\n"; }

}  // namespace nac::hls

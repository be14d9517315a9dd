// SPDX-License-Identifier: Apache-2.0
#include "compress_common/state_text.hpp"

#include <charconv>
#include <cstring>

#include "nac/cpp/error.hpp"

namespace nac::compressing {
namespace {

constexpr std::string_view kFormat = "nac-compress-state 1 ";
constexpr std::size_t kHexDigits = 16;

/// FNV-1a: finds truncation and damage; no protection against intent, so values are checked as well.
uint64_t checksum(std::string_view text) {
  uint64_t h = 0xCBF29CE484222325u;
  for (const char c : text) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
  return h;
}

uint64_t bits_of(double value) {
  uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

std::string hex(uint64_t value) {
  std::string text(kHexDigits, '0');
  for (std::size_t i = kHexDigits; i-- > 0; value >>= 4) text[i] = "0123456789abcdef"[value & 15];
  return text;
}

[[noreturn]] void damaged(const std::string &what) {
  fail(NAC_DATA_LOSS, "the saved state of the pass is damaged: " + what);
}

template <class T>
T parsed(std::string_view text, int base) {
  T value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (code != std::errc() || end != text.data() + text.size() || text.empty()) damaged("a number is not readable");
  return value;
}

}  // namespace

uint64_t mixed_hash(uint64_t hash, uint64_t value) {
  const uint64_t x = (hash ^ value) * 0x9E3779B97F4A7C15u;
  return x ^ (x >> 29);
}
uint64_t mixed_hash(uint64_t hash, const std::string &text) { return mixed_hash(hash, checksum(text)); }
uint64_t mixed_hash(uint64_t hash, double value) { return mixed_hash(hash, bits_of(value)); }

state_writer::state_writer(const std::string &pass, uint64_t fingerprint)
    : text_(std::string(kFormat) + pass + ' ' + hex(fingerprint) + '\n') {}

state_writer &state_writer::integer(const char *name, int64_t value) {
  text_ += std::string(name) + ' ' + std::to_string(value) + '\n';
  return *this;
}

state_writer &state_writer::number(const char *name, double value) {
  text_ += std::string(name) + ' ' + hex(bits_of(value)) + '\n';
  return *this;
}

std::string state_writer::finish() {
  text_ += "end ";
  text_ += hex(checksum(text_)) + '\n';
  return std::move(text_);
}

state_reader::state_reader(const std::string &state, const std::string &pass, uint64_t fingerprint) : rest_(state) {
  if (rest_.substr(0, kFormat.size()) != kFormat)
    invalid("this is no saved state of a pass: it does not begin with '" + std::string(kFormat) + "'");
  constexpr std::string_view kEnd = "\nend ";
  constexpr std::size_t kTail = kHexDigits + 1;
  if (state.size() < kFormat.size() + kTail + kEnd.size() || state.back() != '\n') damaged("it ends too early");
  const std::string_view body = rest_.substr(0, state.size() - kTail);
  if (body.substr(body.size() - kEnd.size()) != kEnd) damaged("it ends too early");
  if (parsed<uint64_t>(rest_.substr(body.size(), kHexDigits), 16) != checksum(body)) damaged("its checksum differs");
  rest_ = body.substr(kFormat.size(), body.size() - kFormat.size() - kEnd.size() + 1);
  const std::size_t line = rest_.find('\n');
  const std::string_view head = rest_.substr(0, line);
  rest_.remove_prefix(line + 1);
  if (head.substr(0, pass.size()) != pass || head.size() != pass.size() + 1 + kHexDigits || head[pass.size()] != ' ')
    invalid("the saved state is not one of '" + pass + "'");
  if (parsed<uint64_t>(head.substr(pass.size() + 1), 16) != fingerprint)
    invalid("the saved state belongs to a pass with other parameters or another seed");
}

std::string_view state_reader::value_of(const char *name) {
  const std::size_t line = rest_.find('\n'), size = std::strlen(name);
  if (line == std::string_view::npos) damaged("it ends too early");
  const std::string_view text = rest_.substr(0, line);
  rest_.remove_prefix(line + 1);
  if (text.substr(0, size) != name || text.size() <= size || text[size] != ' ')
    damaged(std::string("it has no '") + name + "' where it should be");
  return text.substr(size + 1);
}

int64_t state_reader::integer(const char *name, int64_t lowest, int64_t highest) {
  const auto value = parsed<int64_t>(value_of(name), 10);
  if (value < lowest || value > highest) damaged(std::string(name) + " is " + std::to_string(value));
  return value;
}

double state_reader::number(const char *name) {
  const auto bits = parsed<uint64_t>(value_of(name), 16);
  double value = 0;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

void state_reader::finish() const {
  if (!rest_.empty()) damaged("it goes on where it should end");
}

}  // namespace nac::compressing

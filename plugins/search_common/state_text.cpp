// SPDX-License-Identifier: Apache-2.0
#include "search_common/state_text.hpp"

#include <bit>
#include <charconv>

#include "nac/cpp/error.hpp"

namespace nac::searching {
namespace {

constexpr std::string_view kFormat = "nac-search-state";
constexpr uint64_t kVersion = 1;
constexpr std::size_t kHexDigits = 16;

/// FNV-1a: finds truncation and damage; no protection against intent, so values are checked as well.
uint64_t checksum(std::string_view text) {
  uint64_t h = 0xCBF29CE484222325u;
  for (const char c : text) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
  return h;
}

std::string hex(uint64_t value) {
  std::string text(kHexDigits, '0');
  for (std::size_t i = kHexDigits; i-- > 0; value >>= 4) text[i] = "0123456789abcdef"[value & 15];
  return text;
}

[[noreturn]] void damaged(const std::string &what) {
  fail(NAC_DATA_LOSS, "the saved search state is damaged: " + what);
}

std::string quoted(std::string_view text) {
  std::string shown;
  for (const char c : text.substr(0, 40)) shown += c >= ' ' && c <= '~' ? c : '?';
  return "'" + shown + "'";
}

uint64_t parsed(std::string_view text, int base) {
  uint64_t value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (code != std::errc() || end != text.data() + text.size() || text.empty())
    damaged("found " + quoted(text) + " where a number should be");
  return value;
}

}  // namespace

state_writer::state_writer(const std::string &strategy, uint64_t fingerprint) : text_(kFormat) {
  integer(kVersion);
  text_ += ' ' + strategy;
  bits(fingerprint);
}

state_writer &state_writer::word(std::string_view text) {
  text_ += '\n';
  text_ += text;
  return *this;
}

state_writer &state_writer::integer(uint64_t value) {
  text_ += ' ' + std::to_string(value);
  return *this;
}

state_writer &state_writer::number(double value) { return bits(std::bit_cast<uint64_t>(value)); }

state_writer &state_writer::bits(uint64_t value) {
  text_ += ' ' + hex(value);
  return *this;
}

std::string state_writer::finish() {
  text_ += "\nend ";
  text_ += hex(checksum(text_)) + '\n';
  return std::move(text_);
}

state_reader::state_reader(const std::string &state, const std::string &strategy, uint64_t fingerprint) : rest_(state) {
  if (state.compare(0, kFormat.size(), kFormat) != 0)
    invalid("this is not a saved search state: it does not begin with '" + std::string(kFormat) + "'");
  constexpr std::size_t kTail = kHexDigits + 1;
  if (state.size() < kTail || state.back() != '\n') damaged("it ends too early");
  const std::string_view body = rest_.substr(0, state.size() - kTail);
  if (!body.ends_with("\nend ")) damaged("it ends too early");
  if (parsed(rest_.substr(body.size(), kHexDigits), 16) != checksum(body)) damaged("its checksum differs");
  rest_ = body.substr(0, body.size() - std::string_view("\nend ").size());

  token();
  const uint64_t version = parsed(token(), 10);
  if (version != kVersion)
    invalid("the saved search state has version " + std::to_string(version) + "; this plugin reads version " +
            std::to_string(kVersion));
  const std::string_view owner = token();
  if (owner != strategy) invalid("the saved search state belongs to " + quoted(owner) + ", not to '" + strategy + "'");
  if (bits() != fingerprint)
    invalid("the saved search state belongs to another search space, seed, number of objectives or parameter set");
}

std::string_view state_reader::token() {
  constexpr std::string_view kBlank = " \n";
  const std::size_t first = rest_.find_first_not_of(kBlank);
  if (first == std::string_view::npos) damaged("it ends too early");
  const std::size_t last = std::min(rest_.find_first_of(kBlank, first), rest_.size());
  const std::string_view found = rest_.substr(first, last - first);
  rest_.remove_prefix(last);
  return found;
}

void state_reader::word(std::string_view expected) {
  const std::string_view found = token();
  if (found != expected) damaged("found " + quoted(found) + " where '" + std::string(expected) + "' should be");
}

uint64_t state_reader::integer(uint64_t maximum) {
  const uint64_t value = parsed(token(), 10);
  if (value > maximum)
    damaged("found " + std::to_string(value) + " where at most " + std::to_string(maximum) + " fits");
  return value;
}

std::size_t state_reader::count() {
  const uint64_t value = parsed(token(), 10);
  if (value > rest_.size() / 2) damaged("it announces " + std::to_string(value) + " entries and is too short for them");
  return static_cast<std::size_t>(value);
}

double state_reader::number() { return std::bit_cast<double>(bits()); }

uint64_t state_reader::bits() {
  const std::string_view text = token();
  if (text.size() != kHexDigits) damaged("found " + quoted(text) + " where 16 hexadecimal digits should be");
  return parsed(text, 16);
}

void state_reader::finish() const {
  if (rest_.find_first_not_of(" \n") != std::string_view::npos) damaged("it goes on where it should end");
}

}  // namespace nac::searching

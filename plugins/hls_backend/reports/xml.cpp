// SPDX-License-Identifier: Apache-2.0
#include "hls_backend/reports/xml.hpp"

#include <algorithm>

#include "nac/cpp/error.hpp"

namespace nac::hls {
namespace {

constexpr std::string_view kSpace = " \t\r\n";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

std::string decoded(std::string_view text) {
  static constexpr std::pair<std::string_view, char> kKnown[] = {
      {"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}, {"&quot;", '"'}, {"&apos;", '\''}};
  std::string result;
  while (!text.empty()) {
    const auto *known = std::find_if(std::begin(kKnown), std::end(kKnown),
                                     [&](const auto &k) { return text.substr(0, k.first.size()) == k.first; });
    const bool found = known != std::end(kKnown);
    result += found ? known->second : text[0];
    text.remove_prefix(found ? known->first.size() : 1);
  }
  return result;
}

}  // namespace

void xml_reader::wrong(const std::string &what) const {
  const auto end = text_.begin() + static_cast<std::ptrdiff_t>(std::min(at_, text_.size()));
  throw failure(NAC_DATA_LOSS, "line " + std::to_string(1 + std::count(text_.begin(), end, '\n')) + ": " + what);
}

std::string xml_reader::path() const {
  std::string result;
  for (const std::string &name : open_) result += (result.empty() ? "" : "/") + name;
  return result;
}

void xml_reader::skip_through(std::string_view end, const char *what) {
  const std::size_t found = text_.find(end, at_);
  if (found == std::string_view::npos) wrong(std::string(what) + " does not end");
  at_ = found + end.size();
}

xml_reader::event xml_reader::tag() {
  const std::size_t start = at_ + 1;
  // A '>' may stand inside a quoted attribute.
  std::size_t end = start;
  for (char quote = 0; end < text_.size() && (quote != 0 || text_[end] != '>'); ++end) {
    if (quote != 0 ? text_[end] == quote : text_[end] == '"' || text_[end] == '\'') quote = quote != 0 ? 0 : text_[end];
  }
  if (end >= text_.size()) wrong("the file ends within a tag");
  std::string_view inside = text_.substr(start, end - start);
  const bool closes = !inside.empty() && inside.front() == '/', empty = !inside.empty() && inside.back() == '/';
  if (closes) inside.remove_prefix(1);
  if (empty) inside.remove_suffix(1);
  inside = trimmed(inside);
  value_ = std::string(inside.substr(0, inside.find_first_of(kSpace)));
  if (value_.empty()) wrong("a tag without a name");
  if (closes) {
    if (open_.empty() || open_.back() != value_)
      wrong("</" + value_ + "> where " + (open_.empty() ? "nothing is open" : "<" + open_.back() + "> is open"));
    at_ = end + 1;
    open_.pop_back();
    return event::close;
  }
  if (open_.empty() && had_root_) wrong("a second root element, <" + value_ + ">");
  had_root_ = true;
  open_.push_back(value_);
  close_next_ = empty;
  at_ = end + 1;
  return event::open;
}

xml_reader::event xml_reader::next() {
  if (close_next_) {
    close_next_ = false;
    value_ = open_.back();
    open_.pop_back();
    return event::close;
  }
  while (at_ < text_.size()) {
    const std::string_view rest = text_.substr(at_);
    if (rest.rfind("<!--", 0) == 0) {
      skip_through("-->", "a comment");
    } else if (rest.rfind("<![CDATA[", 0) == 0) {
      const std::size_t start = at_ + 9;
      skip_through("]]>", "a CDATA section");
      value_ = std::string(trimmed(text_.substr(start, at_ - 3 - start)));
      if (!value_.empty()) return event::text;
    } else if (rest.rfind("<?", 0) == 0) {
      skip_through("?>", "a declaration");
    } else if (rest.rfind("<!", 0) == 0) {
      skip_through(">", "a declaration");
    } else if (rest[0] == '<') {
      return tag();
    } else {
      const std::size_t end = std::min(text_.find('<', at_), text_.size());
      value_ = decoded(trimmed(text_.substr(at_, end - at_)));
      if (!value_.empty() && open_.empty()) wrong("text outside of the root element: '" + value_.substr(0, 40) + "'");
      at_ = end;
      if (!value_.empty()) return event::text;
    }
  }
  if (!open_.empty()) wrong("the file ends within <" + open_.back() + ">");
  if (!had_root_) wrong("no element at all");
  value_.clear();
  return event::end;
}

}  // namespace nac::hls

// SPDX-License-Identifier: Apache-2.0
#include "services/nearest.hpp"

#include <algorithm>

namespace nac::fw {
namespace {

std::string folded(const std::string &text) {
  std::string out = text;
  for (char &c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c == '-') c = '_';
  }
  return out;
}

}  // namespace

std::size_t edit_distance(const std::string &a, const std::string &b) {
  // Three rows of the table are enough: this one, the one before, and one more for swaps.
  std::vector<std::size_t> older(b.size() + 1), last(b.size() + 1), now(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    now[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      now[j] = std::min({last[j] + 1, now[j - 1] + 1, last[j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) now[j] = std::min(now[j], older[j - 2] + 1);
    }
    older.swap(last);
    last.swap(now);
  }
  return last[b.size()];
}

std::string nearest_name(const std::string &word, const std::vector<std::string> &names) {
  const std::string wanted = folded(word);
  const std::size_t limit = std::max<std::size_t>(1, wanted.size() / 3);
  std::size_t best = limit + 1;
  std::string found;
  for (const std::string &name : names) {
    const std::size_t distance = edit_distance(wanted, folded(name));
    if (distance < best) best = distance, found = name;
  }
  return found;
}

std::string did_you_mean(const std::string &word, const std::vector<std::string> &names) {
  const std::string name = nearest_name(word, names);
  return name.empty() ? std::string() : " (did you mean '" + name + "'?)";
}

std::string quoted_list(const std::vector<std::string> &names) {
  if (names.empty()) return "none";
  std::string out;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) out += i + 1 == names.size() ? " and " : ", ";
    out += "'" + names[i] + "'";
  }
  return out;
}

}  // namespace nac::fw

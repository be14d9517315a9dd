// SPDX-License-Identifier: Apache-2.0
#include "manifest/problem.hpp"

#include <algorithm>

namespace nac::fw {
namespace {

/// Damerau-Levenshtein distance (adjacent transpositions count 1): most typing errors are within 2.
std::size_t distance(const std::string &a, const std::string &b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i)
    for (std::size_t j = 1; j <= b.size(); ++j) {
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  return d[a.size()][b.size()];
}

}  // namespace

std::string did_you_mean(const std::string &typed, const std::vector<std::string> &names) {
  const std::string *best = nullptr;
  std::size_t least = std::max<std::size_t>(2, typed.size() / 3) + 1;
  for (const std::string &name : names) {
    const std::size_t d = distance(typed, name);
    if (d < least && d < std::max(typed.size(), name.size())) {
      least = d;
      best = &name;
    }
  }
  return best != nullptr ? ", did you mean '" + *best + "'?" : "";
}

std::string listed(const std::vector<std::string> &names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i)
    text += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + names[i];
  return text;
}

}  // namespace nac::fw

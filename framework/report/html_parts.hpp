// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <set>
#include <string>
#include <vector>

namespace nac::fw {

/// Text as HTML and SVG contents and attribute values may have it; control characters become U+FFFD.
std::string escape_html(const std::string &text);

// Cells of tables; what they are given is plain text.
std::string cell(const std::string &text, const char *style = nullptr);
std::string head(const std::string &text, bool left = false);
/// Empty where there is no such value; see value_text().
std::string value_cell(const std::map<std::string, double> &values, const std::string &name,
                       const std::map<std::string, double> *sd = nullptr);
/// The first row is the head; columns named in `left` are text.
std::string html_table(const std::vector<std::vector<std::string>> &rows, const std::set<std::size_t> &left = {});

}  // namespace nac::fw

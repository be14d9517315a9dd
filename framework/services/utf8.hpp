// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

namespace nac::fw {

/// Well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates, at most U+10FFFF).
bool is_utf8(std::string_view text);
/// Safe to print on one line of a terminal: control characters become spaces, bytes that are no UTF-8 become '?'.
std::string printable(std::string_view text);

}  // namespace nac::fw

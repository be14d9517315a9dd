// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

namespace nac::fw {

/// For people: counts with thousands separated ("45,274"), other numbers with five significant digits.
std::string number_text(double value);
/// For programs: the shortest text that reads back as the same number; "" for NaN.
std::string exact_text(double value);

/// Five significant digits are enough for a value that was computed, not counted.
double rounded(double value);

}  // namespace nac::fw

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <string>

namespace nac::fw {

/// For people: counts with thousands separated ("45,274"), other numbers with five significant digits.
std::string number_text(double value);
/// The value of that name: "0.7312 +- 0.0021" (with the sign as one character) where there is a standard deviation, the
/// number alone where there is none, `absent` where there is no value.
std::string value_text(const std::map<std::string, double> &values, const std::map<std::string, double> *sd,
                       const std::string &name, const std::string &absent);
/// For programs: the shortest text that reads back as the same number; "" for NaN.
std::string exact_text(double value);

/// Five significant digits are enough for a value that was computed, not counted.
double rounded(double value);

}  // namespace nac::fw

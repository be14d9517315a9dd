// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

namespace nac::fw {

/// What nac_param::range_text means: an interval "[0, 1]", "(0, inf)", half-open too, or a set "{adam, sgd}".
class ParamRange {
 public:
  /// Throws Error saying what is wrong with the text.
  explicit ParamRange(const std::string &text);

  bool is_set() const { return set_; }
  bool contains(double value) const;                                ///< sets: one of the names is this number
  bool contains(const std::string &value) const;                    ///< sets only; intervals contain no text
  const std::vector<std::string> &names() const { return names_; }  ///< of a set
  /// "between 0 and 1", "above 0", "one of 'adam' and 'sgd'".
  std::string describe() const;

 private:
  bool set_ = false, open_low_ = false, open_high_ = false;
  double low_ = 0, high_ = 0;
  std::vector<std::string> names_;
};

}  // namespace nac::fw

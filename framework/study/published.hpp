// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

namespace nac::fw {

/// What somebody published of a hardware project, to be shown beside our figures of the same network.
struct PublishedValue {
  std::string quantity;      ///< of the backend, without its prefix: "lut"
  double low = 0, high = 0;  ///< equal where one number was published
};
struct PublishedRow {
  std::string network;  ///< as the manifest names it: a preset, a size class, "chosen" or "trial-3"
  std::string source;   ///< "arXiv 2501.05515, Table 4"
  std::string name;     ///< of the project that it is beside, as in Study::HardwareRow; "": not known yet
  std::vector<PublishedValue> values;
};

inline constexpr const char *kPublishedKey = "hardware.published";  ///< of the study's text

/// As stored in a study.
std::string to_json(const std::vector<PublishedRow> &rows);
std::vector<PublishedRow> published_from_json(const std::string &json);  ///< throws Error (NAC_DATA_LOSS)

}  // namespace nac::fw

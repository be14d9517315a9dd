// SPDX-License-Identifier: Apache-2.0
//
// config.hpp: typed access to the parameters of one object.
#pragma once
#include <string>
#include <vector>

#include "host.hpp"

namespace nac {

/// View of a nac_config; use it inside create() only. Every getter throws failure when the name was not declared.
class config {
 public:
  explicit config(const nac_config *raw) : raw_(raw) {}

  int64_t integer(const char *name) const {
    int64_t value = 0;
    found(host().config().integer(raw_, name, &value), name);
    return value;
  }
  double number(const char *name) const {
    double value = 0;
    found(host().config().number(raw_, name, &value), name);
    return value;
  }
  bool boolean(const char *name) const {
    bool value = false;
    found(host().config().boolean(raw_, name, &value), name);
    return value;
  }
  std::string text(const char *name) const {
    nac_str value{};
    found(host().config().text(raw_, name, &value), name);
    return {value.data, value.size};
  }
  /// The text, or `otherwise` when it was not given and has no default.
  std::string text_or(const char *name, const std::string &otherwise) const {
    nac_str value{};
    const nac_status status = host().config().text(raw_, name, &value);
    if (status == NAC_NOT_FOUND) return otherwise;
    found(status, name);
    return {value.data, value.size};
  }
  /// Whether the list was given or has a default.
  bool has_numbers(const char *name) const {
    uint32_t count = 0;
    const nac_status status = host().config().numbers(raw_, name, nullptr, &count);
    if (status == NAC_NOT_FOUND) return false;
    if (status != NAC_RESOURCE_EXHAUSTED) found(status, name);
    return true;
  }
  std::vector<double> numbers(const char *name) const {
    uint32_t count = 0;
    nac_status status = host().config().numbers(raw_, name, nullptr, &count);
    if (status == NAC_OK && count == 0) return {};
    if (status != NAC_RESOURCE_EXHAUSTED) found(status, name);
    std::vector<double> values(count);
    found(host().config().numbers(raw_, name, values.data(), &count), name);
    return values;
  }

 private:
  static void found(nac_status status, const char *name) {
    if (status == NAC_NOT_FOUND) throw failure(status, std::string("parameter '") + name + "' is not set");
    if (status != NAC_OK) throw failure(status, std::string("parameter '") + name + "' has another type");
  }
  const nac_config *raw_;
};

}  // namespace nac

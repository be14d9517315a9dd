// SPDX-License-Identifier: Apache-2.0
//
// nac.config/1: the C table over Config.
#include <algorithm>

#include "base/error.hpp"
#include "services/boundary.hpp"
#include "services/config.hpp"

namespace nac::fw {
namespace {

/// The value of a name as T; throws Error with the status that config.h prescribes.
template <class T>
const T &value_of(const nac_config *config, const char *name, const void *out) {
  if (config == nullptr || name == nullptr || out == nullptr)
    throw Error("config, name or out is NULL", NAC_INVALID_ARGUMENT);
  const auto &values = reinterpret_cast<const Config *>(config)->values();
  const auto found = values.find(name);
  if (found == values.end()) throw Error("no such value", NAC_NOT_FOUND);
  const T *value = std::get_if<T>(&found->second);
  if (value == nullptr) throw Error("another type", NAC_INVALID_ARGUMENT);
  return *value;
}

template <class T>
nac_status get(const nac_config *config, const char *name, T *out) {
  return service_guard(nullptr, [&] { *out = value_of<T>(config, name, out); });
}

nac_status number(const nac_config *config, const char *name, double *out) {
  int64_t whole = 0;
  if (get<int64_t>(config, name, &whole) == NAC_OK && out != nullptr) {
    *out = static_cast<double>(whole);
    return NAC_OK;
  }
  return get<double>(config, name, out);
}

nac_status text(const nac_config *config, const char *name, nac_str *out) {
  return service_guard(nullptr, [&] {
    const std::string &value = value_of<std::string>(config, name, out);
    *out = {value.data(), value.size()};
  });
}

nac_status numbers(const nac_config *config, const char *name, double *out, uint32_t *count_in_out) {
  return service_guard(nullptr, [&] {
    const auto &values = value_of<std::vector<double>>(config, name, count_in_out);
    const auto count = static_cast<uint32_t>(values.size());
    const uint32_t capacity = out == nullptr ? 0 : *count_in_out;
    *count_in_out = count;
    if (capacity < count) throw Error("too small", NAC_RESOURCE_EXHAUSTED);
    std::copy(values.begin(), values.end(), out);
  });
}

}  // namespace

const nac_config_service &config_service() {
  static const nac_config_service table = {
      sizeof(nac_config_service), 0, get<int64_t>, number, get<bool>, text, numbers};
  return table;
}

}  // namespace nac::fw

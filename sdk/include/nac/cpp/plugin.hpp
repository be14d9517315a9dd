// SPDX-License-Identifier: Apache-2.0
//
// plugin.hpp: descriptors and the entry symbol for plugins written in C++. A plugin is
//
//   static constexpr nac_param kBins = nac::parameter(NAC_PARAM_INTEGER, "bins", "histogram bins", "10", "[1, 1000]");
//   static const nac_param *const kParams[] = {&kBins};
//   static const nac_descriptor kMine = nac::describe(NAC_KIND_TASK, "org.example.mine", "Mine", "Example", "1.0.0",
//                                                     "Apache-2.0", "one line", kParams);
//   NAC_PLUGIN(nac::entry(kMine, nac::make_task<mine>))
#pragma once
#include <atomic>
#include <cstddef>
#include <cstring>
#include <string>

#include "../plugin.h"
#include "config.hpp"
#include "host.hpp"

namespace nac {

constexpr nac_param parameter(int32_t type, const char *name, const char *summary, const char *default_text = nullptr,
                              const char *range_text = nullptr, const char *unit = nullptr) {
  return nac_param{sizeof(nac_param), type, name, summary, unit, default_text, range_text};
}

template <std::size_t N>
constexpr nac_descriptor describe(const char *kind, const char *id, const char *name, const char *vendor,
                                  const char *version, const char *license, const char *summary,
                                  const nac_param *const (&params)[N], int32_t threads = NAC_THREADS_PER_INSTANCE,
                                  const char *url = "") {
  return nac_descriptor{
      sizeof(nac_descriptor),   0,     kind, id, name, vendor, version, license, url, summary, threads,
      static_cast<uint32_t>(N), params};
}
constexpr nac_descriptor describe(const char *kind, const char *id, const char *name, const char *vendor,
                                  const char *version, const char *license, const char *summary,
                                  int32_t threads = NAC_THREADS_PER_INSTANCE, const char *url = "") {
  return nac_descriptor{
      sizeof(nac_descriptor), 0, kind, id, name, vendor, version, license, url, summary, threads, 0, nullptr};
}

/// What makes an object of one descriptor: returns the table and the object, or throws.
using factory = nac_object (*)(const config &);
struct entry {
  constexpr entry(const nac_descriptor &d, factory f) : descriptor(&d), make(f) {}
  const nac_descriptor *descriptor;
  factory make;
};

namespace detail {
template <std::size_t N>
struct descriptor_pointers {
  const nac_descriptor *pointers[N + 1];
};
template <std::size_t N>
constexpr descriptor_pointers<N> descriptor_list(const entry (&entries)[N]) {
  descriptor_pointers<N> list{};
  for (std::size_t i = 0; i < N; ++i) list.pointers[i] = entries[i].descriptor;
  return list;
}
/// Per-library state behind NAC_PLUGIN; instantiated once in each plugin.
template <const entry *Entries, std::size_t Count>
struct library {
  static inline std::atomic<int> inits{0};
  static nac_status init(const nac_host *raw, const char *, nac_error *err) {
    return guard(err, [&] {
      if (raw == nullptr) invalid("init was called without a host");
      if (inits.fetch_add(1) == 0) host().attach(raw);
    });
  }
  static void deinit() {
    if (inits.fetch_sub(1) == 1) host().detach();
  }
  static nac_status create(const char *id, const nac_config *raw, nac_object *out, nac_error *err) {
    return guard(err, [&] {
      if (id == nullptr || out == nullptr) invalid("create needs an id and a place for the object");
      for (std::size_t i = 0; i < Count; ++i)
        if (std::strcmp(Entries[i].descriptor->id, id) == 0) {
          *out = Entries[i].make(config(raw));
          return;
        }
      throw failure(NAC_NOT_FOUND, std::string("this library has no object '") + id + "'");
    });
  }
};
}  // namespace detail

/// Defines nac_plugin_v1 for one or more nac::entry.
#define NAC_PLUGIN(...)                                                                         \
  static constexpr nac::entry nac_entries_[] = {__VA_ARGS__};                                   \
  static constexpr auto nac_descriptors_ = nac::detail::descriptor_list(nac_entries_);          \
  extern "C" NAC_EXPORT const nac_plugin nac_plugin_v1 = {                                      \
      sizeof(nac_plugin),                                                                       \
      0,                                                                                        \
      {NAC_ABI_MAJOR, NAC_ABI_MINOR, 0},                                                        \
      nac_descriptors_.pointers,                                                                \
      nac::detail::library<nac_entries_, sizeof nac_entries_ / sizeof nac_entries_[0]>::init,   \
      nac::detail::library<nac_entries_, sizeof nac_entries_ / sizeof nac_entries_[0]>::deinit, \
      nac::detail::library<nac_entries_, sizeof nac_entries_ / sizeof nac_entries_[0]>::create};

}  // namespace nac

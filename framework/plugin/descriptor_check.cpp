// SPDX-License-Identifier: Apache-2.0
#include "plugin/descriptor_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <set>
#include <string_view>

#include "base/error.hpp"
#include "nac/backend.h"
#include "nac/compress.h"
#include "nac/search.h"
#include "nac/task.h"
#include "plugin/param_check.hpp"
#include "services/utf8.hpp"

namespace nac::fw {
namespace {

constexpr std::size_t kMostDescriptors = 1000;
constexpr uint32_t kMostParameters = 1000;

bool is_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

bool kind_is_known(const std::string &kind) {
  static constexpr std::array<std::string_view, 6> kKinds = {NAC_KIND_TASK,    NAC_KIND_SEARCH,  NAC_KIND_COMPRESS,
                                                             NAC_KIND_BACKEND, "nac.executor/1", "nac.op/1"};
  return std::find(kKinds.begin(), kKinds.end(), kind) != kKinds.end();
}

std::string id_problem(const std::string &id) {
  const char *accepted =
      "accepted is reverse DNS of lower-case letters, digits, '-' and '_', such as "
      "\"org.example.my-task\"";
  std::size_t parts = 1, length = 0;
  for (const char c : id) {
    if (c == '.') {
      if (length == 0) return fmt::format("id \"{}\" has an empty part; {}", printable(id), accepted);
      ++parts;
      length = 0;
      continue;
    }
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'))
      return fmt::format("id \"{}\" contains '{}'; {}", printable(id), printable(std::string(1, c)), accepted);
    ++length;
  }
  if (length == 0) return fmt::format("id \"{}\" has an empty part; {}", printable(id), accepted);
  if (parts < 2) return fmt::format("id \"{}\" has no vendor part; {}", printable(id), accepted);
  return "";
}

std::string version_problem(const std::string &version) {
  const std::string core = version.substr(0, version.find_first_of("-+"));
  std::vector<std::string_view> parts;
  for (std::size_t start = 0; start <= core.size();) {
    const std::size_t end = std::min(core.find('.', start), core.size());
    parts.push_back(std::string_view(core).substr(start, end - start));
    start = end + 1;
  }
  const bool good = parts.size() == 3 && std::all_of(parts.begin(), parts.end(), [](std::string_view part) {
                      return is_digits(part) && part.size() <= 9 && (part.size() == 1 || part[0] != '0');
                    });
  const std::string rest = version.substr(core.size());
  const bool tail = rest.empty() || (rest.size() > 1 && std::all_of(rest.begin() + 1, rest.end(), [](char c) {
                                       return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                                              (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '+';
                                     }));
  if (good && tail) return "";
  return fmt::format("version \"{}\" is no semantic version such as \"1.2.3\"", printable(version));
}

std::vector<DescriptorProblem> descriptor_problems(const nac_descriptor &d) {
  std::vector<DescriptorProblem> problems;
  std::string id;
  const auto add = [&](const std::string &what) { problems.push_back({id, what}); };
  if (!NAC_HAS(&d, nac_descriptor, params)) {
    add(fmt::format("a descriptor's struct_size is {}, ABI 1.0 has {}", d.struct_size,
                    NAC_SIZE_THROUGH(nac_descriptor, params)));
    return problems;
  }
  if (d.id != nullptr && text_problem(d.id).empty()) id = d.id;
  struct Text {
    const char *member, *value;
    bool may_be_empty;
  };
  for (const Text &t :
       {Text{"kind", d.kind, false}, Text{"id", d.id, false}, Text{"name", d.name, false},
        Text{"vendor", d.vendor, false}, Text{"version", d.version, false}, Text{"license", d.license, false},
        Text{"url", d.url, true}, Text{"summary", d.summary, false}}) {
    const std::string problem = text_problem(t.value);
    if (!problem.empty()) {
      add(fmt::format("{} {}", t.member, problem));
    } else if (!t.may_be_empty && t.value[0] == '\0') {
      add(fmt::format("{} is empty", t.member));
    }
  }
  if (!problems.empty()) return problems;
  if (const std::string p = id_problem(d.id); !p.empty()) add(p);
  if (const std::string p = version_problem(d.version); !p.empty()) add(p);
  if (d.threads < NAC_THREADS_SERIAL || d.threads > NAC_THREADS_FREE)
    add(fmt::format("threads is {}; accepted are 0 (serial), 1 (per instance) and 2 (free)", d.threads));
  if (d.param_count > kMostParameters) {
    add(fmt::format("it declares {} parameters; accepted are at most {}", d.param_count, kMostParameters));
  } else if (d.param_count > 0 && d.params == nullptr) {
    add(fmt::format("it declares {} parameters, but params is NULL", d.param_count));
  } else {
    for (const std::string &p : param_problems(d)) add(p);
  }
  return problems;
}

std::vector<DescriptorProblem> validate_descriptors(const nac_plugin &plugin) {
  if (plugin.descriptors == nullptr || plugin.descriptors[0] == nullptr)
    return {{"", "it has no descriptors; there must be at least one, and a NULL at the end"}};
  std::vector<DescriptorProblem> problems;
  std::set<std::string> ids;
  for (std::size_t i = 0; plugin.descriptors[i] != nullptr; ++i) {
    if (i == kMostDescriptors) {
      problems.push_back({"", fmt::format("its list of descriptors has no NULL within {} entries", kMostDescriptors)});
      break;
    }
    const nac_descriptor &d = *plugin.descriptors[i];
    const std::vector<DescriptorProblem> found = descriptor_problems(d);
    problems.insert(problems.end(), found.begin(), found.end());
    if (found.empty() && !ids.insert(d.id).second)
      problems.push_back({d.id, fmt::format("id \"{}\" is there twice", d.id)});
  }
  return problems;
}

std::string entry_problem(const nac_plugin &plugin, uint32_t host_minor) {
  if (!NAC_HAS(&plugin, nac_plugin, create))
    return fmt::format("its struct_size is {}, a nac_plugin of ABI 1.0 has {}; it must be sizeof(nac_plugin)",
                       plugin.struct_size, NAC_SIZE_THROUGH(nac_plugin, create));
  if (plugin.abi.major != NAC_ABI_MAJOR)
    return fmt::format("it was built for ABI {}.{}, this host speaks {}.{}; rebuild it against this host's headers",
                       plugin.abi.major, plugin.abi.minor, NAC_ABI_MAJOR, host_minor);
  if (plugin.required_minor > host_minor)
    return fmt::format("it needs ABI {}.{}, this host has {}.{}; use a newer nac or a plugin built for older ones",
                       plugin.abi.major, plugin.required_minor, NAC_ABI_MAJOR, host_minor);
  const char *missing = plugin.init == nullptr     ? "init"
                        : plugin.deinit == nullptr ? "deinit"
                        : plugin.create == nullptr ? "create"
                                                   : nullptr;
  return missing == nullptr ? "" : fmt::format("its function {} is NULL", missing);
}

}  // namespace nac::fw

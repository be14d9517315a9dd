// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <set>

#include "plugin/descriptor_check.hpp"
#include "plugin/param_check.hpp"
#include "services/utf8.hpp"
#include "verify/check.hpp"

namespace nac::fw::verify {

namespace {
bool whole(const nac_descriptor &d) { return NAC_HAS(&d, nac_descriptor, params); }

/// Throws Failed with every problem that f(descriptor) returns.
template <class F>
void for_each_descriptor(Subject &subject, F &&problem_of) {
  std::string all;
  for (const nac_descriptor *const *d = subject.load().descriptors; *d != nullptr; ++d) {
    const std::string problem = problem_of(**d);
    if (!problem.empty()) all += (all.empty() ? "" : "; ") + problem;
  }
  if (!all.empty()) throw Failed(all);
}

void readable(Subject &subject) {
  constexpr std::size_t kMost = 1000;
  const nac_plugin &plugin = subject.load();
  if (plugin.descriptors == nullptr || plugin.descriptors[0] == nullptr)
    throw Failed("there is no descriptor; a plugin has at least one");
  std::set<std::string> seen;
  for (std::size_t i = 0; plugin.descriptors[i] != nullptr; ++i) {
    if (i == kMost) throw Failed(fmt::format("the list of descriptors has no NULL within {} entries", kMost));
    const nac_descriptor &d = *plugin.descriptors[i];
    if (!whole(d))
      throw Failed(
          fmt::format("struct_size of descriptor {} is {}; it must be sizeof(nac_descriptor)", i, d.struct_size));
    if (d.id == nullptr) throw Failed(fmt::format("the id of descriptor {} is NULL", i));
    if (d.kind == nullptr) throw Failed(fmt::format("the kind of descriptor '{}' is NULL", printable(d.id)));
    if (seen.insert(d.id).second) subject.objects.push_back({d.id, d.kind});
  }
}

void ids_unique(Subject &subject) {
  std::set<std::string> seen;
  for_each_descriptor(subject, [&](const nac_descriptor &d) {
    return seen.insert(d.id).second ? "" : fmt::format("id '{}' is there twice", printable(d.id));
  });
}

void id_form(Subject &subject) {
  for_each_descriptor(subject, [](const nac_descriptor &d) { return id_problem(d.id); });
}

void version_form(Subject &subject) {
  for_each_descriptor(subject, [](const nac_descriptor &d) {
    return d.version == nullptr ? "version is NULL" : version_problem(d.version);
  });
}

void kind_known(Subject &subject) {
  for_each_descriptor(subject, [](const nac_descriptor &d) {
    return kind_is_known(d.kind) ? ""
                                 : fmt::format("kind '{}' of '{}' is unknown to this host", printable(d.kind), d.id);
  });
}

void utf8(Subject &subject) {
  for_each_descriptor(subject, [](const nac_descriptor &d) {
    struct Text {
      const char *name, *value;
    };
    std::string problems;
    for (const Text &text : {Text{"name", d.name}, Text{"vendor", d.vendor}, Text{"version", d.version},
                             Text{"license", d.license}, Text{"url", d.url}, Text{"summary", d.summary}})
      if (const std::string problem = text_problem(text.value); !problem.empty())
        problems += (problems.empty() ? "" : ", ") + std::string(text.name) + " " + problem;
    return problems;
  });
}

std::string joined(const std::vector<std::string> &problems) { return fmt::format("{}", fmt::join(problems, "; ")); }

/// Problems of the parameters as they would be without defaults.
std::string form_problems(const nac_descriptor &descriptor) {
  if (descriptor.param_count == 0) return "";
  if (descriptor.params == nullptr) return fmt::format("param_count is {} and params is NULL", descriptor.param_count);
  std::vector<nac_param> bare(descriptor.param_count);
  std::vector<const nac_param *> pointers;
  for (uint32_t i = 0; i < descriptor.param_count; ++i) {
    const nac_param *param = descriptor.params[i];
    if (param != nullptr && NAC_HAS(param, nac_param, range_text)) {
      bare[i] = *param;
      bare[i].default_text = nullptr;
      param = &bare[i];
    }
    pointers.push_back(param);
  }
  nac_descriptor copy = descriptor;
  copy.params = pointers.data();
  return joined(param_problems(copy));
}

void params_well_formed(Subject &subject) { for_each_descriptor(subject, form_problems); }

void defaults_in_range(Subject &subject) {
  for_each_descriptor(subject, [](const nac_descriptor &d) {
    return d.param_count == 0 || !form_problems(d).empty() ? "" : joined(param_problems(d));
  });
}

void well_formed(Subject &subject) {
  std::vector<std::string> problems;
  for (const DescriptorProblem &p : validate_descriptors(subject.load())) problems.push_back(p.what);
  if (!problems.empty()) throw Failed(joined(problems));
}

void strings_stable(Subject &subject) {
  // Descriptors are static data: nothing in them may move or change when the library comes to life.
  const auto snapshot = [&] {
    std::vector<std::string> texts;
    for (const nac_descriptor *const *d = subject.plugin().descriptors; *d != nullptr; ++d) {
      for (const char *text : {(*d)->kind, (*d)->id, (*d)->name, (*d)->version, (*d)->summary})
        texts.push_back(fmt::format("{} {}", fmt::ptr(text), text == nullptr ? "" : text));
      for (uint32_t i = 0; i < (*d)->param_count; ++i)
        texts.push_back(fmt::format("{} {}", fmt::ptr((*d)->params[i]), (*d)->params[i]->name));
    }
    return texts;
  };
  subject.load();
  const auto before = snapshot();
  subject.init();
  const bool after_init = snapshot() == before;
  subject.deinit();
  if (!after_init || snapshot() != before)
    throw Failed("descriptors change during init or deinit; they are static data");
}
}  // namespace

std::vector<Check> descriptor_checks() {
  return {
      {"descriptor", "descriptors-readable", "required-minor", Scope::file, readable,
       "there is at least one descriptor, each with an id and a kind, and a NULL after the last"},
      {"descriptor", "ids-unique", "descriptors-readable", Scope::file, ids_unique, "no id is there twice"},
      {"descriptor", "id-form", "descriptors-readable", Scope::file, id_form, "ids are reverse DNS names"},
      {"descriptor", "utf8", "descriptors-readable", Scope::file, utf8,
       "texts are present, UTF-8, without control characters"},
      {"descriptor", "version-form", "descriptors-readable", Scope::file, version_form, "versions are semantic: 1.2.3"},
      {"descriptor", "kind-known", "descriptors-readable", Scope::file, kind_known, "this host knows the kinds"},
      {"descriptor", "params-well-formed", "descriptors-readable", Scope::file, params_well_formed,
       "parameters have names, known types and ranges that parse"},
      {"descriptor", "defaults-in-range", "params-well-formed", Scope::file, defaults_in_range,
       "defaults are of the declared type and in the declared range"},
      {"descriptor", "objects-usable", "init-deinit-pairs", Scope::file, well_formed,
       "the host accepts every descriptor: everything above, thread level, sizes"},
      {"descriptor", "stable-over-calls", "objects-usable", Scope::file, strings_stable,
       "descriptors are the same before, between and after init and deinit"},
  };
}

}  // namespace nac::fw::verify

// SPDX-License-Identifier: Apache-2.0
//
// Making objects: which ids and parameters are taken, and what is handed out.
#include <fmt/format.h>

#include <cstring>

#include "nac/backend.h"
#include "nac/compress.h"
#include "nac/search.h"
#include "nac/task.h"
#include "services/param_range.hpp"
#include "verify/check.hpp"

namespace nac::fw::verify {

namespace {
/// What out parameters hold before a call that has to fail.
nac_object untouched() {
  static int api, self;
  return {&api, &self};
}

void must_refuse(const Subject &subject, const std::string &wanted, const Config &config, const std::string &what) {
  nac_object object = untouched();
  ErrorBox error;
  error.must_fail(subject.create(wanted.c_str(), to_abi(&config), &object, error.get()), what);
  if (object.api != untouched().api || object.self != untouched().self)
    throw Failed(what + " failed, but changed the object it was to fill");
}

void unknown_id(Subject &subject) {
  subject.open();
  const Config config(subject.descriptor(), {});
  must_refuse(subject, "org.nac.no-such-object", config, "create of an id the library does not have");
  must_refuse(subject, "", config, "create of the empty id");
}

void trailing_garbage(Subject &subject) {
  subject.open();
  const Config config(subject.descriptor(), {});
  must_refuse(subject, subject.id + "x", config, fmt::format("create of '{}x'", subject.id));
  const std::string shorter = subject.id.substr(0, subject.id.size() - 1);
  for (const nac_descriptor *const *d = subject.plugin().descriptors; *d != nullptr; ++d)
    if (shorter == (*d)->id) return;
  must_refuse(subject, shorter, config, fmt::format("create of '{}'", shorter));
}

void defaults(Subject &subject) {
  subject.open();
  try {
    Subject::destroy(subject.create());
  } catch (const Failed &e) {
    const nac_descriptor &d = subject.descriptor();
    for (uint32_t i = 0; i < d.param_count; ++i)
      if (d.params[i]->default_text == nullptr && subject.given.count(d.params[i]->name) == 0)
        throw Failed(fmt::format("{}; parameter '{}' has no default: give one with --set {}=...", e.what(),
                                 d.params[i]->name, d.params[i]->name));
    throw;
  }
  subject.deinit();
}

/// A value that the parameter's declaration forbids; false when everything is allowed.
bool forbidden(const nac_param &param, ConfigValue &value) {
  if (param.type == NAC_PARAM_PATH) {
    value = std::string("/dev/null/no-such-folder/no-such-file");  // nobody can make this, root included
    return true;
  }
  if (param.range_text == nullptr) return false;
  const ParamRange range(param.range_text);
  if (param.type == NAC_PARAM_TEXT) {
    value = std::string("no-such-choice");
    return !range.contains(std::get<std::string>(value));
  }
  if (param.type != NAC_PARAM_INTEGER && param.type != NAC_PARAM_NUMBER) return false;
  for (const int64_t wild : {int64_t{-1}, int64_t{-1000000007}, int64_t{1000000007}, int64_t{1} << 60})
    if (!range.contains(static_cast<double>(wild))) {
      value = wild;
      return true;
    }
  return false;
}

void bad_param(Subject &subject) {
  subject.open();
  const nac_descriptor &real = subject.descriptor();
  std::size_t tried = 0;
  std::string accepted;
  for (uint32_t i = 0; i < real.param_count; ++i) {
    const nac_param &param = *real.params[i];
    ConfigValue wrong;
    if (!forbidden(param, wrong)) continue;
    ++tried;
    const std::map<std::string, ConfigValue> given = {{param.name, wrong}};
    if (param.type != NAC_PARAM_PATH && Config::problems(real, given).empty())
      throw Failed(fmt::format("the declaration of parameter '{}' does not keep out {} = {}", param.name, param.name,
                               to_toml(wrong)));
    // Past the host's own check, with a declaration that allows anything.
    nac_param lax = param;
    lax.range_text = nullptr;
    std::vector<const nac_param *> params(real.params, real.params + real.param_count);
    params[i] = &lax;
    nac_descriptor descriptor = real;
    descriptor.params = params.data();
    const Config config(descriptor, given);
    const std::string what = fmt::format("create with {} = {}", param.name, to_toml(wrong));
    // The host keeps other values out, so taking one is no offence; crashing on it or failing silently is.
    nac_object object = untouched();
    ErrorBox error;
    const nac_status status = subject.create(subject.id.c_str(), to_abi(&config), &object, error.get());
    if (status == NAC_OK) {
      Subject::destroy(object);
      if (param.type == NAC_PARAM_PATH) accepted = what;
      continue;
    }
    error.must_fail(status, what);
    if (object.api != untouched().api || object.self != untouched().self)
      throw Failed(what + " failed, but changed the object it was to fill");
  }
  nac_descriptor bare = real;
  bare.param_count = 0;
  const Config nothing(bare, {});
  nac_object object{};
  ErrorBox error;
  if (const nac_status status = subject.create(subject.id.c_str(), to_abi(&nothing), &object, error.get());
      status != NAC_OK)
    error.must_fail(status, "create with none of its parameters known");
  else
    Subject::destroy(object);
  if (!accepted.empty())
    throw Warned(accepted + " succeeded; a path that cannot exist should be refused here, where the user can be told");
  if (real.param_count == 0) throw Skipped("it has no parameters");
  if (tried == 0) throw Skipped("no parameter has a range");
}

void two_instances(Subject &subject) {
  subject.open();
  const nac_object first = subject.create(), second = subject.create();
  if (first.self == second.self) throw Failed("two creates hand out the same object");
  Subject::destroy(first);
  const nac_object third = subject.create();
  Subject::destroy(second);
  Subject::destroy(third);
  subject.deinit();
}

struct RequiredTable {
  const char *kind;
  uint32_t size;       ///< through the last required member
  uint32_t functions;  ///< required function pointers after the two leading numbers
};
#define NAC_REQUIRED(kind, type, last)                                                                \
  RequiredTable {                                                                                     \
    kind, static_cast<uint32_t>(NAC_SIZE_THROUGH(type, last)),                                        \
        static_cast<uint32_t>((NAC_SIZE_THROUGH(type, last) - 2 * sizeof(uint32_t)) / sizeof(void *)) \
  }

void table_size(Subject &subject) {
  subject.open();
  const nac_object object = subject.create();
  const std::string kind = subject.descriptor().kind;
  for (const RequiredTable &required :
       {NAC_REQUIRED(NAC_KIND_TASK, nac_task_api, metrics_end), NAC_REQUIRED(NAC_KIND_SEARCH, nac_search_api, load),
        NAC_REQUIRED(NAC_KIND_COMPRESS, nac_compress_api, load),
        NAC_REQUIRED(NAC_KIND_BACKEND, nac_backend_api, build)}) {
    if (kind != required.kind) continue;
    uint32_t size = 0;
    std::memcpy(&size, object.api, sizeof size);
    if (size < required.size)
      throw Failed(fmt::format("struct_size of its {} table is {}, ABI 1.0 needs {}", kind, size, required.size));
    if (size > 1u << 16)
      throw Failed(fmt::format("struct_size of its {} table is {}, which no table will ever have", kind, size));
    for (uint32_t i = 0; i < required.functions; ++i) {
      void *function = nullptr;
      std::memcpy(&function, static_cast<const char *>(object.api) + 2 * sizeof(uint32_t) + i * sizeof function,
                  sizeof function);
      if (function == nullptr)
        throw Failed(fmt::format("function {} (counted from destroy = 0) of its {} table is NULL", i, kind));
    }
  }
  Subject::destroy(object);
}
}  // namespace

std::vector<Check> create_checks() {
  return {
      {"object", "create-defaults", "create-destroy", Scope::object, defaults,
       "it can be made with its default parameters"},
      {"object", "create-unknown-id", "create-destroy", Scope::object, unknown_id,
       "create refuses ids the library does not have"},
      {"object", "create-id-with-trailing-garbage", "create-destroy", Scope::object, trailing_garbage,
       "create compares the whole id"},
      {"object", "create-bad-param", "create-defaults", Scope::object, bad_param,
       "create refuses paths that cannot exist (warning), and survives values it did not declare"},
      {"object", "table-size-covers-required", "create-defaults", Scope::object, table_size,
       "the function table has every required function"},
      {"object", "two-instances", "table-size-covers-required", Scope::object, two_instances,
       "two objects live side by side and end in any order"},
  };
}

}  // namespace nac::fw::verify

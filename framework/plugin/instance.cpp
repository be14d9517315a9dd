// SPDX-License-Identifier: Apache-2.0
#include "plugin/instance.hpp"

#include <fmt/format.h>

#include <cstddef>

#include "services/log.hpp"
#include "services/nearest.hpp"

namespace nac::fw {
namespace {

/// How every kind's table begins.
struct TableHead {
  uint32_t struct_size;
  uint32_t reserved;
  void (*destroy)(void *self);
};

}  // namespace

Instance::Instance(const PluginObject &object, const Config &config) : object_(object) {
  const nac_descriptor &d = *object_.descriptor;
  // create makes an object, so at level "per instance" there is none yet to lock.
  std::mutex *const library_lock = d.threads == NAC_THREADS_SERIAL ? object_.library->serial_lock() : nullptr;
  nac_object made{};
  const CallResult result = guarded_call(library_lock, [&](nac_error *err) {
    return object_.library->plugin().create(d.id, to_abi(&config), &made, err);
  });
  if (result.status != NAC_OK) failed("create", result);
  if (made.api == nullptr) defect("create", "it reported success but handed out no function table");
  raw_ = made;
  object_.library->count_object(+1);
}

Instance::~Instance() {
  const auto *head = static_cast<const TableHead *>(raw_.api);
  std::string why;
  if (head->struct_size < sizeof(TableHead) || head->destroy == nullptr) {
    why = "its table has no destroy function, so the object is leaked";
  } else {
    guarded_plain_call(
        lock(), [&] { head->destroy(raw_.self); }, &why);
  }
  if (!why.empty()) log(NAC_LOG_ERROR, object_.descriptor->id, "destroy: " + why);
  object_.library->count_object(-1);
}

void Instance::require_size(std::size_t required_size) const {
  const auto *head = static_cast<const TableHead *>(raw_.api);
  if (head->struct_size < required_size)
    defect("create", fmt::format("the {} table it handed out has struct_size {}, ABI 1.0 has {}",
                                 object_.descriptor->kind, head->struct_size, required_size));
}

void Instance::require(const std::vector<TableMember> &members) const {
  std::vector<std::string> missing;
  for (const TableMember &member : members)
    if (!member.present) missing.emplace_back(member.name);
  if (!missing.empty())
    defect("create", fmt::format("required functions of its {} table are NULL: {}", object_.descriptor->kind,
                                 quoted_list(missing)));
}

std::mutex *Instance::lock() const {
  switch (object_.descriptor->threads) {
    case NAC_THREADS_SERIAL: return object_.library->serial_lock();
    case NAC_THREADS_FREE: return nullptr;
    default: return &own_lock_;
  }
}

CallResult Instance::call(const std::function<nac_status(nac_error *)> &f) const { return guarded_call(lock(), f); }

void Instance::must(const std::string &function, const std::function<nac_status(nac_error *)> &f) const {
  const CallResult result = call(f);
  if (result.status != NAC_OK) failed(function, result);
}

void Instance::failed(const std::string &function, const CallResult &result) const {
  throw_plugin_error(*object_.descriptor, function, result.message, result.status);
}

void Instance::defect(const std::string &function, const std::string &what) const {
  throw_plugin_error(*object_.descriptor, function, what + "; this is a defect of the plugin");
}

}  // namespace nac::fw

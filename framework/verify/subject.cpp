// SPDX-License-Identifier: Apache-2.0
#include "verify/subject.hpp"

#include <dlfcn.h>

#include <atomic>
#include <cstring>
#include <string_view>
#include <thread>

namespace nac::fw::verify {

namespace {
constexpr const char *kEntry = "nac_plugin_v1";

nac_status run_backwards(const nac_host *, uint64_t count, void (*body)(void *ctx, uint64_t i), void *ctx) {
  std::atomic<uint64_t> left{count};
  const auto work = [&] {
    for (uint64_t n = left.load(); n > 0; n = left.load())
      if (left.compare_exchange_weak(n, n - 1)) body(ctx, n - 1);
  };
  std::thread helper(work);
  work();
  helper.join();
  return NAC_OK;
}

const nac_parallel_service kParallel = {sizeof(nac_parallel_service), 0, run_backwards};

const void *probe_service(const nac_host *host, const char *id) {
  const nac_host *real = Host::of(host)->get();
  const void *service = real->service(real, id);
  if (service != nullptr && std::string_view(id) == NAC_SERVICE_PARALLEL) return &kParallel;
  return service;
}
}  // namespace

ProbeHost::ProbeHost(Host::Options options) : host_(std::move(options)), raw_(*host_.get()) {
  raw_.service = probe_service;
}

const nac_plugin &Subject::load() {
  dlerror();
  handle_ = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle_ == nullptr) {
    const char *reason = dlerror();
    throw Failed(std::string("the dynamic linker refuses it: ") + (reason != nullptr ? reason : "no reason given"));
  }
  plugin_ = static_cast<const nac_plugin *>(dlsym(handle_, kEntry));
  if (plugin_ == nullptr) throw Failed(std::string("it has no symbol ") + kEntry);
  return *plugin_;
}

void Subject::unload() {
  dlclose(handle_);
  handle_ = nullptr;
  plugin_ = nullptr;
}

void Subject::init(const nac_host *host) {
  if (plugin_->init == nullptr || plugin_->deinit == nullptr || plugin_->create == nullptr)
    throw Failed("init, deinit or create of the entry struct is NULL");
  ErrorBox error;
  error.must_succeed(plugin_->init(host, path.c_str(), error.get()), "init");
  ++inits_;
}

void Subject::deinit() {
  plugin_->deinit();
  --inits_;
}

void Subject::open() {
  if (is_open()) return;
  load();
  init();
}

const nac_descriptor &Subject::descriptor() const {
  for (const nac_descriptor *const *d = plugin_->descriptors; *d != nullptr; ++d)
    if ((*d)->id != nullptr && id == (*d)->id) return **d;
  throw Failed("the descriptor of '" + id + "' is gone; descriptors are static data");
}

nac_status Subject::create(const char *wanted, const nac_config *config, nac_object *out, nac_error *err) const {
  return plugin_->create(wanted, config, out, err);
}

nac_object Subject::create() const {
  const nac_descriptor &mine = descriptor();
  std::map<std::string, ConfigValue> declared;
  for (uint32_t i = 0; i < mine.param_count; ++i)
    if (const auto found = given.find(mine.params[i]->name); found != given.end()) declared.insert(*found);
  const Config config(mine, declared);
  nac_object object{};
  ErrorBox error;
  error.must_succeed(create(id.c_str(), to_abi(&config), &object, error.get()), "create");
  if (object.api == nullptr) throw Failed("create succeeded and handed out no function table");
  return object;
}

void Subject::destroy(const nac_object &object) {
  // destroy is the first function of every kind's table.
  struct AnyApi {
    uint32_t struct_size, reserved;
    void (*destroy)(void *self);
  };
  table<AnyApi>(object).destroy(object.self);
}

std::vector<std::string> Subject::use_every_object() {
  std::vector<std::string> made;
  for (const nac_descriptor *const *d = plugin_->descriptors; *d != nullptr; ++d) {
    id = (*d)->id;
    try {
      destroy(create());
    } catch (const Failed &) {
      continue;  // create-defaults judges that
    }
    made.push_back(id);
  }
  return made;
}

}  // namespace nac::fw::verify

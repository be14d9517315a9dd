// SPDX-License-Identifier: Apache-2.0
#include "verify/probe_call.hpp"

#include "base/error.hpp"
#include "nac/cpp/rng.hpp"
#include "services/boundary.hpp"

namespace nac::fw::verify {

namespace {

constexpr uint64_t kStream = 0x70726f6265u;  // "probe"

bool is_below(const std::string &path) {
  for (std::size_t start = 0;;) {
    const std::size_t end = path.find('/', start);
    const std::string part = path.substr(start, end == std::string::npos ? end : end - start);
    if (part.empty() || part == "." || part == "..") return false;
    if (end == std::string::npos) return true;
    start = end + 1;
  }
}

ProbeCall &of(const nac_call *call) { return *static_cast<ProbeCall *>(call->ctx); }

}  // namespace

ProbeCall::ProbeCall() {
  raw_.struct_size = sizeof raw_;
  raw_.ctx = this;
  raw_.cancelled = is_cancelled;
  raw_.progress = progress;
  raw_.random = random;
  raw_.write_file = write_file;
}

bool ProbeCall::is_cancelled(const nac_call *call) { return of(call).cancelled; }
void ProbeCall::progress(const nac_call *, double, nac_str) {}
uint64_t ProbeCall::random(const nac_call *call) { return nac::rng(kStream, of(call).drawn_++).bits(); }

nac_status ProbeCall::write_file(const nac_call *call, const char *path, const void *bytes, uint64_t size,
                                 nac_error *err) {
  return service_guard(err, [&] {
    ProbeCall &self = of(call);
    if (path == nullptr || (bytes == nullptr && size > 0)) throw Error("no path or no bytes", NAC_INVALID_ARGUMENT);
    if (!is_below(path)) {
      self.bad_paths.emplace_back(path);
      throw Error(std::string("'") + path + "' is no path below the folder of the project", NAC_INVALID_ARGUMENT);
    }
    if (self.files.size() >= self.room) throw Error("no space left on the device", NAC_RESOURCE_EXHAUSTED);
    self.files[path].assign(static_cast<const char *>(bytes), size);
  });
}

}  // namespace nac::fw::verify

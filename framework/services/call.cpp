// SPDX-License-Identifier: Apache-2.0
#include "services/call.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "nac/cpp/rng.hpp"
#include "services/boundary.hpp"
#include "services/files.hpp"
#include "services/utf8.hpp"

namespace nac::fw {

/// Reaches the private parts from the table's functions.
struct CallAccess {
  static Call &of(const nac_call *call) { return *static_cast<Call *>(call->ctx); }

  static bool cancelled(const nac_call *call) {
    const Call &self = of(call);
    return self.cancel_ != nullptr && self.cancel_->load(std::memory_order_relaxed);
  }

  static void progress(const nac_call *call, double fraction, nac_str what) {
    const Call &self = of(call);
    if (!self.progress_) return;
    service_guard(nullptr, [&] {
      const double shown = std::isnan(fraction) ? 0.0 : std::clamp(fraction, 0.0, 1.0);
      self.progress_(shown, what.data == nullptr ? std::string() : printable({what.data, what.size}));
    });
  }

  static uint64_t random(const nac_call *call) {
    Call &self = of(call);
    return nac::rng(self.key_, self.counter_++).bits();
  }

  static nac_status write_file(const nac_call *call, const char *relative_path, const void *bytes, uint64_t size,
                               nac_error *err) {
    return service_guard(err, [&] {
      const Call &self = of(call);
      if (relative_path == nullptr) throw Error("write_file was given no path", NAC_INVALID_ARGUMENT);
      if (bytes == nullptr && size > 0)
        throw Error(std::string("write_file was given no bytes for '") + relative_path + "'", NAC_INVALID_ARGUMENT);
      if (self.folder_.empty())
        throw Error(std::string("this call writes no files, but '") + relative_path + "' was to be written",
                    NAC_FAILED_PRECONDITION);
      write_file_below(self.folder_, relative_path, {static_cast<const char *>(bytes), size});
    });
  }
};

Call::Call(uint64_t stream, const std::atomic<bool> *cancel, std::filesystem::path folder,
           std::function<void(double, const std::string &)> progress)
    : key_(stream), cancel_(cancel), folder_(std::move(folder)), progress_(std::move(progress)) {
  call_.struct_size = sizeof call_;
  call_.ctx = this;
  call_.cancelled = CallAccess::cancelled;
  call_.progress = CallAccess::progress;
  call_.random = CallAccess::random;
  call_.write_file = CallAccess::write_file;
}

}  // namespace nac::fw

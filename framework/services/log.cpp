// SPDX-License-Identifier: Apache-2.0
#include "services/log.hpp"

#include <atomic>
#include <cstdio>
#include <memory>
#include <mutex>

#include "services/boundary.hpp"
#include "services/host.hpp"
#include "services/utf8.hpp"

namespace nac::fw {
namespace {

void write_to_standard_error(const LogLine &line) {
  std::string text = std::string("nac: ") + log_level_name(line.level) + ": ";
  if (!line.source.empty()) text += line.source + ": ";
  text += line.text + "\n";
  // One call, so that lines of different threads do not mix.
  std::fwrite(text.data(), 1, text.size(), stderr);
}

std::atomic<int32_t> threshold{NAC_LOG_INFO};

struct Sink {
  std::mutex mutex;
  std::shared_ptr<const LogSink> current = std::make_shared<const LogSink>(write_to_standard_error);
};
Sink &sink() {
  // Never destroyed: plugins may log until the very end.
  static Sink *const the_sink = new Sink;
  return *the_sink;
}

void service_write(const nac_host *host, int32_t level, nac_str message) {
  service_guard(nullptr, [&] {
    const Host *self = Host::of(host);
    if (self != nullptr && self->closed())
      log(NAC_LOG_WARNING, self->plugin(),
          "the plugin still logs after its last deinit; this is a defect of the plugin");
    const std::string source = self == nullptr ? "plugin" : self->plugin();
    log(level, source, message.data == nullptr ? std::string() : std::string(message.data, message.size));
  });
}

int32_t service_threshold(const nac_host *) { return log_threshold(); }

}  // namespace

void set_log_threshold(int32_t level) { threshold.store(level, std::memory_order_relaxed); }
int32_t log_threshold() { return threshold.load(std::memory_order_relaxed); }

LogSink set_log_sink(LogSink next) {
  if (!next) next = write_to_standard_error;
  auto shared = std::make_shared<const LogSink>(std::move(next));
  const std::lock_guard lock(sink().mutex);
  sink().current.swap(shared);
  return *shared;
}

void log(int32_t level, const std::string &source, const std::string &text) {
  if (level < NAC_LOG_DEBUG || level > NAC_LOG_HOST_MISBEHAVING) level = NAC_LOG_ERROR;
  if (level < log_threshold()) return;
  std::shared_ptr<const LogSink> current;
  {
    const std::lock_guard lock(sink().mutex);
    current = sink().current;
  }
  (*current)({level, source, printable(text)});
}

const char *log_level_name(int32_t level) {
  switch (level) {
    case NAC_LOG_DEBUG: return "debug";
    case NAC_LOG_INFO: return "info";
    case NAC_LOG_WARNING: return "warning";
    case NAC_LOG_HOST_MISBEHAVING: return "host misbehaving";
    default: return "error";
  }
}

const nac_log_service &log_service() {
  static const nac_log_service table = {sizeof(nac_log_service), 0, service_write, service_threshold};
  return table;
}

}  // namespace nac::fw

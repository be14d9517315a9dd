// SPDX-License-Identifier: Apache-2.0
//
// host.hpp: the services of the host, fetched once in init(). One instance per library, see plugin.hpp.
#pragma once
#include <cstdint>
#include <exception>
#include <memory>
#include <string>

#include "../candidates.h"
#include "../config.h"
#include "../graph.h"
#include "../host.h"
#include "../observe.h"
#include "../space.h"
#include "error.hpp"

namespace nac {

/// Valid between init and the last deinit. A service the host lacks is null; need_*() fail with its name.
class host_services {
 public:
  void attach(const nac_host *host) {
    host_ = host;
    log_ = service<nac_log_service>(NAC_SERVICE_LOG);
    config_ = service<nac_config_service>(NAC_SERVICE_CONFIG);
    space_ = service<nac_space_service>(NAC_SERVICE_SPACE);
    graph_ = service<nac_graph_service>(NAC_SERVICE_GRAPH);
    parallel_ = service<nac_parallel_service>(NAC_SERVICE_PARALLEL);
    candidates_ = service<nac_candidates_service>(NAC_SERVICE_CANDIDATES);
    observe_ = service<nac_observe_service>(NAC_SERVICE_OBSERVE);
  }
  void detach() { *this = host_services(); }

  const nac_host *host() const { return host_; }
  const nac_config_service &config() const { return need(config_, NAC_SERVICE_CONFIG); }
  const nac_space_service &space() const { return need(space_, NAC_SERVICE_SPACE); }
  const nac_graph_service &graph() const { return need(graph_, NAC_SERVICE_GRAPH); }
  /// Optional: null when the host is older than 1.1 or does not offer it.
  const nac_candidates_service *candidates() const { return candidates_; }

  /// Optional: null when the host is older than 1.2 or does not offer it.
  const nac_observe_service *observe() const { return observe_; }

  void log(int32_t level, const std::string &message) const {
    if (log_ != nullptr && level >= log_->threshold(host_)) log_->write(host_, level, {message.data(), message.size()});
  }
  void info(const std::string &message) const { log(NAC_LOG_INFO, message); }
  void warn(const std::string &message) const { log(NAC_LOG_WARNING, message); }

  /// Runs body(i) for i in [0, count) on the host's threads, or here when the host has none to offer.
  template <class F>
  void parallel(uint64_t count, F &&body) const {
    if (parallel_ == nullptr) {
      for (uint64_t i = 0; i < count; ++i) body(i);
      return;
    }
    // Each index keeps its own error slot so that no lock is needed; the lowest index wins, whatever the timing.
    struct slots {
      F *body;
      std::exception_ptr *error;
    };
    auto errors_of = std::make_unique<std::exception_ptr[]>(count);
    slots all{&body, errors_of.get()};
    const nac_status status = parallel_->run(
        host_, count,
        [](void *ctx, uint64_t i) {
          auto *s = static_cast<slots *>(ctx);
          try {
            (*s->body)(i);
          } catch (...) {
            s->error[i] = std::current_exception();
          }
        },
        &all);
    for (uint64_t i = 0; i < count; ++i)
      if (errors_of[i]) std::rethrow_exception(errors_of[i]);
    if (status != NAC_OK) throw failure(status, "the host could not run a parallel loop");
  }

 private:
  template <class T>
  const T *service(const char *id) const {
    return static_cast<const T *>(host_->service(host_, id));
  }
  template <class T>
  const T &need(const T *service, const char *id) const {
    if (service == nullptr) throw failure(NAC_UNSUPPORTED, std::string("this host does not offer the service ") + id);
    return *service;
  }

  const nac_host *host_ = nullptr;
  const nac_log_service *log_ = nullptr;
  const nac_config_service *config_ = nullptr;
  const nac_space_service *space_ = nullptr;
  const nac_graph_service *graph_ = nullptr;
  const nac_parallel_service *parallel_ = nullptr;
  const nac_candidates_service *candidates_ = nullptr;
  const nac_observe_service *observe_ = nullptr;
};

/// The library's services. An inline function-local object would be shared between plugins that export it; the
/// version script of nac_add_plugin() keeps it private to each library.
inline host_services &host() {
  static host_services services;
  return services;
}

}  // namespace nac
